import type { AiProvider, VirtualKey } from '@akashic/config'

/** Models as an OpenAI-compatible API lists them: those wanted of the providers that the key may use. */
export function listModels(
  providers: readonly AiProvider[],
  { allowedProviders }: Pick<VirtualKey, 'allowedProviders'>,
) {
  const models = new Map(
    providers
      .filter(({ name }) => allowedProviders === undefined || allowedProviders.includes(name))
      .toSorted((a, b) => a.priority - b.priority)
      .flatMap(({ name, models }) => models.map(({ id }) => [id, name] as const))
      .toReversed(),
  )
  const data = [...models].toReversed().map(([id, owner]) => ({ id, object: 'model', created: 0, owned_by: owner }))
  return { object: 'list', data }
}

/** One of them by its name as it stands in a URL. */
export function showModel(
  providers: readonly AiProvider[],
  key: Pick<VirtualKey, 'allowedProviders'>,
  encoded: string,
) {
  let name: string
  try {
    name = decodeURIComponent(encoded)
  } catch {
    return undefined
  }
  return listModels(providers, key).data.find(({ id }) => id === name)
}
