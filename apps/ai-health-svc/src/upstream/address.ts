import type { AiProvider } from '@akashic/config'

export type UpstreamPath = 'chat/completions' | 'embeddings' | 'models'

/** Where a call of `provider` goes. Azure with an `api-version` names the deployment in the path. */
export function addressOf(
  { kind, baseUrl, apiVersion }: Pick<AiProvider, 'kind' | 'baseUrl' | 'apiVersion'>,
  path: UpstreamPath,
  model: string | null,
): URL {
  const base = baseUrl.replace(/\/+$/, '')
  if (kind !== 'azure' || apiVersion === undefined) return new URL(`${base}/${path}`)
  const deployment = path === 'models' ? '' : `deployments/${encodeURIComponent(model ?? '')}/`
  const url = new URL(`${base}/openai/${deployment}${path}`)
  url.searchParams.set('api-version', apiVersion)
  return url
}

/** The header by which `provider` knows us; none without a key. */
export function credentialsOf({ kind, apiKey }: Pick<AiProvider, 'kind' | 'apiKey'>): Record<string, string> {
  if (apiKey === '') return {}
  return kind === 'azure' ? { 'api-key': apiKey } : { authorization: `Bearer ${apiKey}` }
}
