import type { AiProvider } from '@akashic/config'
import { candidatesFor, nameOf, type Candidate } from './candidates.ts'

/** Of every model that callers may ask for: whom it goes to first, as `openai/gpt-4o`, while `isAsked` says who is asked.
 *  Where nobody is, the first of those that might be. */
export function firstChoices(
  providers: readonly AiProvider[],
  isAsked: (candidate: Candidate) => boolean,
): ReadonlyMap<string, string> {
  const models = new Set(providers.flatMap(({ models }) => models.map(({ id }) => id)))
  const choices = [...models].flatMap((model) => {
    const any = { endpoint: 'chat', model, features: [], leastTokens: 0 } as const
    const candidates = [
      ...candidatesFor(providers, any, undefined),
      ...candidatesFor(providers, { ...any, endpoint: 'embeddings' }, undefined),
    ]
    const first = candidates.find(isAsked) ?? candidates[0]
    return first ? [[model, nameOf(first)] as const] : []
  })
  return new Map(choices)
}
