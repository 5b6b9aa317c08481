import { paragraphLines } from '../terminal/paragraphs.ts'
import { tableLines, type Cell } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/text-width.ts'
import { counted, instantInWords, inWords, responseTimeInWords } from '../terminal/words.ts'
import { classInWords, healthFace, problemText } from './faces.ts'
import type { Circuit, Provider, RateLimitStatus, ResponseQuality } from './health-report.ts'
import { limitBar, limitColour, limitCounts, outlookText } from './limit-words.ts'
import { scoreText, shareText } from './quality-words.ts'

type Canvas = Pick<Terminal, 'paint' | 'columns'>

/** What was seen longer ago says little of now. */
const freshMs = 120_000

/** A provider: how it is, what is wrong with it in words, and what was measured. */
export function providerLines(provider: Provider, canvas: Canvas, nowMs: number): string[] {
  const { paint, columns } = canvas
  const { icon, colour } = healthFace(provider.overall)
  const { problem } = provider.apiConnectivity
  const missing = provider.modelAvailability.flatMap(({ model, available }) => (available === false ? [model] : []))
  const painted = (text: string, paintOne: (text: string) => string) =>
    paragraphLines(text, columns, '  ').map((line) => paintOne(line))
  return [
    `${paint[colour](`${icon} ${provider.overall}`)}  ${paint.bold(printable(provider.name))}`,
    ...(problem === null ? [] : painted(problemText(problem), paint[problemColour(provider)])),
    ...(missing.length === 0 ? [] : painted(`models missing: ${missing.join(', ')}`, paint.orange)),
    ...circuitLines(provider.circuits, canvas, nowMs),
    ...painted(reachText(provider, nowMs), paint.dim),
    ...limitLines(provider.rateLimitStatus, canvas, nowMs),
    ...qualityLines(provider.responseQuality, canvas),
  ]
}

const problemColour = ({ overall }: Provider) => (overall === 'failed' ? 'red' : 'orange')

/** `answered in 210 ms, lists 41 models, checked 12 s ago`. */
function reachText({ apiConnectivity }: Provider, nowMs: number): string {
  const { status, latencyMs, modelsAvailable, lastChecked } = apiConnectivity
  if (lastChecked === null) return 'not checked yet'
  const reach =
    latencyMs !== null
      ? `answered in ${responseTimeInWords(latencyMs)}`
      : status === 'healthy'
        ? 'answered'
        : 'no answer'
  return [
    reach,
    ...(modelsAvailable === null ? [] : [`lists ${counted(modelsAvailable, 'model')}`]),
    `checked ${inWords(nowMs - Date.parse(lastChecked))} ago`,
  ].join(', ')
}

function limitLines(limits: RateLimitStatus, { paint, columns }: Canvas, nowMs: number): string[] {
  if (limits.source === null) return [paint.dim('  limits unknown: none were told, and none are configured')]
  const uses = [
    { name: 'requests/min', use: limits.requestsPerMinute },
    { name: 'tokens/min', use: limits.tokensPerMinute },
  ].filter(({ use }) => limitCounts(use) !== '')
  const rows = uses.map(({ name, use }): (string | Cell)[] => [
    { text: name, paint: paint.dim },
    { text: limitBar(use), paint: paint[limitColour(use)] },
    limitCounts(use),
    { text: outlookText(use, nowMs), paint: use.exhaustedInMs === null ? paint.dim : paint[limitColour(use)] },
  ])
  const seenMs = limits.observedAt === null ? 0 : nowMs - Date.parse(limits.observedAt)
  return [
    ...tableLines([{}, {}, {}, { isFlexible: true }], rows, columns, '  '),
    ...(seenMs > freshMs ? [paint.dim(`  limits as seen ${inWords(seenMs)} ago`)] : []),
  ]
}

/** Circuits that keep requests away, and why. */
function circuitLines(circuits: readonly Circuit[], { paint, columns }: Canvas, nowMs: number): string[] {
  const open = circuits.filter((circuit) => circuit.state !== 'closed' || isCooling(circuit, nowMs))
  return open.flatMap((circuit) => {
    const [icon, colour] = circuit.state === 'open' ? (['✖', 'red'] as const) : (['◐', 'orange'] as const)
    return paragraphLines(`${icon} ${circuit.model}: ${circuitText(circuit, nowMs)}`, columns, '  ').map(paint[colour])
  })
}

const isCooling = ({ coolingUntil }: Circuit, nowMs: number): boolean =>
  coolingUntil !== null && Date.parse(coolingUntil) > nowMs

/** `circuit open for overload since 14:02 UTC (5 of 7 failed); next trial in 20 s`. */
function circuitText(circuit: Circuit, nowMs: number): string {
  const { state, reason, failures, successes, openedAt, nextTrialAt, coolingUntil } = circuit
  const cooling = isCooling(circuit, nowMs)
    ? [`it wants to be left alone for another ${inWords(Date.parse(coolingUntil!) - nowMs)}`]
    : []
  if (state === 'closed') return cooling.join('')
  const why = reason === null ? '' : ` for ${classInWords(reason)}`
  const since = openedAt === null ? '' : ` since ${instantInWords(Date.parse(openedAt), nowMs)}`
  const all = failures + successes
  const shares = all === 0 || reason === 'quality' ? '' : ` (${failures} of ${all} failed)`
  const stand =
    state === 'open' ? `circuit open${why}${since}${shares}` : `circuit half open${why}${since}, on trial now`
  return [stand, ...(state === 'open' ? [trialText(nextTrialAt, nowMs)] : []), ...cooling].join('; ')
}

function trialText(nextTrialAt: string | null, nowMs: number): string {
  const inMs = nextTrialAt === null ? null : Date.parse(nextTrialAt) - nowMs
  if (inMs === null) return 'no trial is due yet'
  return inMs > 0 ? `next trial in ${inWords(inMs)}` : 'a trial is due now'
}

function qualityLines(quality: ResponseQuality, { paint, columns }: Canvas): string[] {
  const { status, responses, overallScore, coherenceScore, errorRate } = quality
  if (responses === 0 && status === 'degraded')
    return [paint.orange('  quality got worse, so that no answer is asked of it')]
  if (responses === 0) return [paint.dim('  quality not measured: no answer was judged')]
  const text = [
    `quality ${scoreText(overallScore)}`,
    `coherence ${scoreText(coherenceScore)}`,
    `errors ${shareText(errorRate)}`,
    `of ${counted(responses, 'answer')}`,
  ].join(', ')
  const colour = status === 'healthy' ? 'dim' : healthFace(status).colour
  return paragraphLines(text, columns, '  ').map(paint[colour])
}
