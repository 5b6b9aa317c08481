import { isDecodable } from './postgres-url.ts'

/** Whether a text is the address of a Redis or Valkey, with TLS or without. */
export const isRedisUrl = (text: string): boolean => URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol)

/** What keeps a text from being the address of a Redis that is looked at; null when nothing does. */
export function redisUrlProblem(text: string): string | null {
  if (!isRedisUrl(text)) return 'must be a redis:// or rediss:// URL'
  const url = new URL(text)
  if (url.hostname === '') return 'must name a host, not a socket of this machine'
  if (!isDecodable(url)) return 'must have its user and password percent-encoded'
  if (url.search !== '' || url.hash !== '')
    return 'may have no parameters: what Redis is asked holds for all databases of it'
  return /^(?:\/\d{0,5})?$/.test(url.pathname) ? null : 'may have no path but the number of a database'
}
