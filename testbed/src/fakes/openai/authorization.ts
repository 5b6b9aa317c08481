import type { IncomingHttpHeaders } from 'node:http'
import type { Call } from './call-log.ts'
import type { ProviderKind } from './options.ts'

/** Whether a call has the key, in a header where its kind of provider looks for one. Outside of Azure's v1 a bearer is no key:
 *  it is a token of somebody who signed in. */
export function authorizationOf(
  kind: ProviderKind,
  apiKey: string,
  path: string,
  headers: IncomingHttpHeaders,
): Call['authorization'] {
  const isBearerKey = kind !== 'azure' || path.startsWith('/openai/v1/')
  const bearer = headers.authorization
  const bare = kind === 'azure' ? headers['api-key'] : kind === 'anthropic' ? headers['x-api-key'] : undefined
  if (apiKey === '' || bare === apiKey || (isBearerKey && bearer === `Bearer ${apiKey}`)) return 'right'
  return bearer === undefined && bare === undefined ? 'missing' : 'wrong'
}
