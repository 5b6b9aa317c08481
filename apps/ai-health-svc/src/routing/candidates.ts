import type { AiModel, AiProvider } from '@akashic/config'
import type { AiRequest } from './ai-request.ts'

/** A model of a provider that may answer a request. */
export interface Candidate {
  readonly provider: AiProvider
  readonly model: AiModel
}

/** `openai/gpt-4o`: how a candidate is named to people. */
export const nameOf = ({ provider, model }: Candidate): string => `${provider.name}/${model.id}`

/** Every model that may answer, in the order in which they are asked: those that are the wanted model itself, by the priority
 *  of their providers, then those that stand in for it. Providers that the key does not allow, and models that lack what the
 *  request uses, are left out. A model that is too short for it is left out where it would only stand in. */
export function candidatesFor(
  providers: readonly AiProvider[],
  request: Pick<AiRequest, 'endpoint' | 'model' | 'features' | 'leastTokens'>,
  allowedProviders: readonly string[] | undefined,
): Candidate[] {
  const fitting = providers
    .filter(({ name }) => allowedProviders === undefined || allowedProviders.includes(name))
    .toSorted((a, b) => a.priority - b.priority)
    .flatMap((provider) => provider.models.map((model) => ({ provider, model })))
    .filter(({ model }) => has(model, request))
  const exact = fitting.filter(({ model }) => model.id === request.model)
  const standIns = fitting.filter(({ model }) => model.id !== request.model && standsIn(model, request))
  return [...exact, ...standIns.filter(({ model }) => (model.contextLength ?? Infinity) >= request.leastTokens)]
}

function has(model: AiModel, { endpoint, features }: Pick<AiRequest, 'endpoint' | 'features'>): boolean {
  return model.endpoints.includes(endpoint) && features.every((feature) => model.features.includes(feature))
}

/** Vectors of another model mean something else, so `*` is of chat alone. */
function standsIn({ standsInFor }: AiModel, { endpoint, model }: Pick<AiRequest, 'endpoint' | 'model'>): boolean {
  return standsInFor.includes(model) || (endpoint === 'chat' && standsInFor.includes('*'))
}
