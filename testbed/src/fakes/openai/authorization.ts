import type { IncomingHttpHeaders } from 'node:http'
import type { Call } from './call-log.ts'
import type { ProviderKind } from './options.ts'

/** Whether a call has the key, in a header where its kind of provider looks for one. */
export function authorizationOf(
  kind: ProviderKind,
  apiKey: string,
  headers: IncomingHttpHeaders,
): Call['authorization'] {
  const bearer = headers.authorization
  const bare = kind === 'azure' ? headers['api-key'] : kind === 'anthropic' ? headers['x-api-key'] : undefined
  if (apiKey === '' || bearer === `Bearer ${apiKey}` || bare === apiKey) return 'right'
  return bearer === undefined && bare === undefined ? 'missing' : 'wrong'
}
