import { isUnusual, leastCoherence, mostErrors, percent, seenOfFlag } from './quality-alerts.ts'
import type { QualitySummary } from './quality-report.ts'
import { qualityFlags, type QualityFlag } from './response-scores.ts'

export type SummaryOfModel = QualitySummary & { readonly provider: string; readonly model: string }

interface Problem {
  /** How bad it is, 0..1. */
  readonly weight: number
  readonly seen: string
  readonly todo: string
}

const todoOfFlag: Readonly<Record<QualityFlag, string>> = {
  repetition: 'lower the length of answers, raise `frequency_penalty`, or change the version of the model.',
  truncation: 'raise the limit of tokens of the provider or of the server that runs the model, and check its timeouts.',
  refusal: 'read the system prompt and the changes of policy of the provider; send these requests to another model.',
  wrong_language: 'name the language in the system prompt, and check that the model speaks it.',
  broken_format: 'ask by `json_schema` where the model has it, and check that it does; shorten the schema.',
}
const leastSatisfaction = 0.5

/** What was seen of each model and what to do, worst first; then what concerns all of them. */
export function recommendationsOf(whole: QualitySummary, models: readonly SummaryOfModel[]): string[] {
  if (whole.responses === 0) {
    return ['Nothing was measured: send requests through the proxy, or answers to POST /api/v1/ai/responses.']
  }
  const ofModels = models
    .flatMap((model) => problemsOf(model).map((problem) => ({ model, ...problem })))
    .sort((one, other) => other.weight - one.weight)
    .map(({ model, seen, todo }) => `${model.provider}/${model.model}: ${seen}. What to do: ${todo}`)
  return [...ofModels, ...recommendationsOfAll(whole)]
}

function problemsOf({ metrics, flags, judged, responses, errorClasses }: SummaryOfModel): Problem[] {
  const { coherenceScore, relevanceScore, errorRate } = metrics
  const problems: Problem[] = []
  if (errorRate !== null && errorRate > mostErrors) {
    const seen = `${percent(errorRate)} of ${responses} requests ended in an error, mostly ${errorClasses[0]}`
    problems.push({ weight: errorRate, seen, todo: 'see `akashic ai diagnose` for its state and its limits.' })
  }
  if (coherenceScore !== null && coherenceScore < leastCoherence) {
    const seen = `its answers are hardly coherent (${coherenceScore.toFixed(2)}, 0.86 is usual)`
    problems.push({
      weight: 1 - coherenceScore,
      seen,
      todo: 'lower the temperature, or go to another version or model.',
    })
  }
  if (relevanceScore !== null && relevanceScore < leastCoherence) {
    const seen = `its answers have little to do with their prompts (${relevanceScore.toFixed(2)}, 0.86 is usual)`
    problems.push({ weight: 1 - relevanceScore, seen, todo: 'check what prompts and context reach the model.' })
  }
  for (const flag of qualityFlags.filter((flag) => isUnusual(flags[flag], judged))) {
    const seen = `${flags[flag]} of ${judged} answers ${seenOfFlag[flag]}`
    problems.push({ weight: flags[flag] / judged, seen, todo: todoOfFlag[flag] })
  }
  return problems
}

function recommendationsOfAll({ metrics, judged, scored, responses }: QualitySummary): string[] {
  const said: string[] = []
  const { userSatisfaction } = metrics
  if (userSatisfaction !== null && userSatisfaction < leastSatisfaction) {
    said.push(`Users rate the answers at ${percent(userSatisfaction)}. What to do: read those that were rated lowest.`)
  }
  if (judged > 0 && scored === 0) {
    said.push(
      `None of ${judged} answers has a score: they are too short, JSON, or not in English. Flags are still counted.`,
    )
  }
  if (judged === 0 && metrics.errorRate !== 1) {
    said.push(`None of ${responses} answers was judged: the scorer cannot keep up, or fails; see its log.`)
  }
  return said
}
