const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify']

/** What keeps a text from being the connection string of a check; null when nothing does. Other parameters than `sslmode`
 *  would let it read files and sockets of the machine that checks. */
export function postgresUrlProblem(text: string): string | null {
  if (!URL.canParse(text) || !/^postgres(ql)?:$/.test(new URL(text).protocol)) return 'must be a postgres:// URL'
  const { hostname, searchParams } = new URL(text)
  if (!isDecodable(new URL(text))) return 'must have its user, password and database percent-encoded'
  if (hostname === '' || /^(%2f|\/)/i.test(hostname)) return 'must name a host, not a socket of this machine'
  const other = [...searchParams.keys()].find((name) => name !== 'sslmode')
  if (other !== undefined) return `may have no parameter but sslmode: ${JSON.stringify(other)} is not allowed`
  const unknown = searchParams.getAll('sslmode').find((mode) => !sslModes.includes(mode))
  return unknown === undefined ? null : `sslmode must be one of ${sslModes.join(', ')}`
}

/** A connection string with the parameters that a check may have. */
export function withAllowedParameters(text: string): string {
  const url = new URL(text)
  for (const name of new Set(url.searchParams.keys())) if (name !== 'sslmode') url.searchParams.delete(name)
  return url.href
}

/** Whether user, password and path are percent-encoded as they should be. */
export function isDecodable({ username, password, pathname }: URL): boolean {
  try {
    for (const part of [username, password, pathname]) decodeURIComponent(part)
    return true
  } catch {
    return false
  }
}
