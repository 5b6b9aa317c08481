import type { FailureClassName, HealthName } from '@akashic/proto'
import { recommendedAction } from '../limit/recommend.ts'
import type { ProviderFacts, DerivedHealth } from './derive-health.ts'

const actions: Readonly<Record<FailureClassName, string>> = {
  rate_limit_exceeded: 'slow down, spread the load, or ask for a higher limit.',
  quota_exhausted: 'add credit or raise the budget in its billing settings; waiting does not help.',
  bad_credentials: 'put a valid API key in the configuration; the provider itself is up.',
  model_unavailable: 'check the name of the model, and whether the account may use it.',
  invalid_request: 'mend the request.',
  api_connection_failed: 'check the network and its status page; requests go to the backups meanwhile.',
  overloaded: 'wait: it is load on its side. Requests go to the backups meanwhile.',
  invalid_response: 'look at its answers (`akashic ai quality`); requests go to the backups meanwhile.',
}

/** What to do about a provider, one sentence each; none while nothing is wrong. */
export function recommendationsFor(facts: ProviderFacts, { overall, problem }: DerivedHealth): string[] {
  const { name } = facts.provider
  const said: string[] = []
  if (problem) said.push(`${name}: ${problem.message}. What to do: ${actions[problem.class]}`)
  else if (overall === 'unknown') said.push(`${name}: it was not measured yet, or not lately.`)
  const limits = recommendedAction(facts.limits)
  if (/limit of/.test(limits) && problem?.class !== 'rate_limit_exceeded') said.push(`${name}: ${limits}`)
  const missing = facts.probe?.missingModels ?? []
  if (missing.length > 0 && problem?.class !== 'model_unavailable') {
    said.push(`${name}: it does not list ${missing.join(', ')}. What to do: ${actions.model_unavailable}`)
  }
  return said
}

/** What there is to say of all together. */
export function overallRecommendations(all: readonly HealthName[]): string[] {
  if (all.length === 0) return ['No AI provider is configured: nothing is measured. Name them under `ai.providers`.']
  const usable = all.filter((health) => health === 'healthy' || health === 'degraded').length
  if (all.every((health) => health === 'failed')) return ['No AI provider can be used: callers get errors.']
  const isRestKnown = all.every((health) => health !== 'unknown')
  return usable === 1 && all.length > 1 && isRestKnown
    ? ['Only one AI provider can be used: there is no backup left.']
    : []
}
