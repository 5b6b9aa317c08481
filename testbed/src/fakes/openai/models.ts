import { unknownModel } from './api-error.ts'
import type { Exchange } from './exchange.ts'
import { admit } from './provider.ts'
import type { Outcome, Provider } from './provider.ts'

const created = 1_686_935_002

/** The list of models, or the one of that id. It takes one request of the limit and no tokens. */
export function models(provider: Provider, { call }: Exchange, id: string | undefined): Outcome {
  const refused = admit(provider, id ?? 'models', { inputTokens: 0, outputTokens: 0 }, call.at)
  if (refused) return refused
  if (id === undefined) return { value: { object: 'list', data: [...provider.models].map(model) } }
  return provider.models.has(id) ? { value: model(id) } : { error: unknownModel(id) }
}

const model = (id: string): object => ({ id, object: 'model', created, owned_by: 'openai' })
