import type { AiProvider } from '@akashic/config'

export type UpstreamPath = 'chat/completions' | 'embeddings' | 'models'

/** Where a call of `provider` goes. Azure with an `api-version` names the deployment in the path. */
export function addressOf(
  { kind, baseUrl, apiVersion }: Pick<AiProvider, 'kind' | 'baseUrl' | 'apiVersion'>,
  path: UpstreamPath,
  model: string | null,
): URL {
  const base = baseUrl.replace(/\/+$/, '')
  if (kind === 'anthropic' && path === 'models') return new URL(`${base}/models?limit=1000`)
  if (kind !== 'azure' || apiVersion === undefined) return new URL(`${base}/${path}`)
  const deployment = path === 'models' ? '' : `deployments/${encodeURIComponent(model ?? '')}/`
  const url = new URL(`${base}/openai/${deployment}${path}`)
  url.searchParams.set('api-version', apiVersion)
  return url
}

/** The headers by which `provider` knows us; none without a key. Anthropic's list of models is of its own API, and not of the
 *  OpenAI-compatible one. */
export function credentialsOf(
  { kind, apiKey }: Pick<AiProvider, 'kind' | 'apiKey'>,
  path: UpstreamPath,
): Record<string, string> {
  if (apiKey === '') return {}
  if (kind === 'azure') return { 'api-key': apiKey }
  if (kind === 'anthropic' && path === 'models') return { 'x-api-key': apiKey, 'anthropic-version': anthropicVersion }
  return { authorization: `Bearer ${apiKey}` }
}

const anthropicVersion = '2023-06-01'
