const mask = '***'
/** A shorter value would be found by chance in what it does not belong to. */
const shortestSecret = 4
const shortestSegment = 8

/** `text` without any of `secrets`, also when they are spelt as in a URL, in JSON or in base64, in
 *  whatever case: the host of a URL is lower-case. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const spelt = secrets
    .filter((secret) => secret.length >= shortestSecret)
    .flatMap(spellings)
    .toSorted((a, b) => b.length - a.length)
  if (spelt.length === 0) return text
  return text.replace(new RegExp(spelt.map(literally).join('|'), 'gi'), mask)
}

function literally(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}/-]/g, '\\$&')
}

function spellings(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64')
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), base64.replace(/=+$/, '')]
}

/** What a URL tells besides whom it reaches: credentials, path and query, whole and in their parts. */
export function secretsOfUrl(url: string): string[] {
  const { username, password, pathname, search, searchParams } = new URL(url)
  const segments = pathname.split('/').filter((segment) => segment.length >= shortestSegment)
  const parts = [username, password, pathname, search.slice(1), ...searchParams.values(), ...segments]
  return parts.flatMap((part) => [part, decoded(part)])
}

/** Percent-decoded; as it is when it cannot be decoded. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
