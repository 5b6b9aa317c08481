import type { LogTail } from './log-lines.ts'
import { ownWordings } from './own-wordings.ts'

export type LogFactKind =
  | 'connection_refused'
  | 'connection_timeout'
  | 'dns_failure'
  | 'auth_failed'
  | 'heap_abort'
  | 'variable'
  | 'migration'
  | 'upstream_error'
  | 'waiting'
  | 'certificate_expired'
  | 'plain_answer'
  | 'forbidden'
  | 'read_only'
  | 'disk_full'
  | 'tls_wanted'
  | 'wrong_platform'
  | 'unknown_flag'
  | 'port_taken'
  | 'port_denied'
  | 'no_such_database'
  | 'file_missing'
  | 'file_denied'
  | 'file_is_directory'
  | 'file_unusable'

/** What a line of a log says in words whose meaning is known. */
export interface LogFact {
  readonly kind: LogFactKind
  /** Whom the process could not reach, as the line names it; an address or a name. */
  readonly host: string | null
  readonly port: number | null
  /** The variable, the user that was refused, the file, the flag or the database. */
  readonly name: string | null
  readonly line: string
  readonly container: string
  readonly isPrevious: boolean
}

/** What tells that others are not reached or do not serve: then the process itself is not to blame. */
export const ofOthers: ReadonlySet<LogFactKind> = new Set([
  ...(['connection_refused', 'connection_timeout', 'dns_failure', 'auth_failed', 'upstream_error'] as const),
  ...(['certificate_expired', 'plain_answer', 'tls_wanted', 'forbidden'] as const),
])

export interface Wording {
  readonly kind: LogFactKind
  /** May name `host`, `port` and `name`. */
  readonly pattern: RegExp
}

const host = String.raw`(?<host>[a-z0-9](?:[a-z0-9._-]{0,250}[a-z0-9])?)`
const port = String.raw`(?::(?<port>\d{1,5}))?`
const variable = String.raw`["'\x60]?(?<name>[A-Z][A-Z0-9_]{2,60})["'\x60]?`

const pattern = (...parts: readonly string[]): RegExp => new RegExp(parts.join(''), 'i')
const exactly = (...parts: readonly string[]): RegExp => new RegExp(parts.join(''))

/** By what Node, Go, Python, Java, nginx and the clients of common databases write. The first that fits a line counts. */
const wordings: readonly Wording[] = [
  {
    kind: 'heap_abort',
    pattern: /JavaScript heap out of memory|Reached heap limit|java\.lang\.OutOfMemoryError: Java heap space/,
  },
  { kind: 'auth_failed', pattern: /password authentication failed for user "(?<name>[^"]{1,100})"/i },
  { kind: 'auth_failed', pattern: /Access denied for user '(?<name>[^']{1,100})'/i },
  { kind: 'auth_failed', pattern: /\bWRONGPASS\b|NOAUTH Authentication required|invalid username-password pair/ },
  {
    kind: 'auth_failed',
    pattern:
      /SASL authentication failed|Authentication failed\.?$|MongoServerError: Authentication failed|ACCESS_REFUSED/i,
  },
  { kind: 'auth_failed', pattern: /role "(?<name>[^"]{1,100})" does not exist/i },
  {
    kind: 'forbidden',
    pattern: /is forbidden: User "system:serviceaccount:(?<name>[^"]{1,100})" cannot \w{1,20} (?:resource|path) /,
  },
  {
    kind: 'certificate_expired',
    pattern: pattern(String.raw`https://`, host, port, String.raw`.{0,400}certificate has expired`),
  },
  {
    kind: 'certificate_expired',
    pattern: pattern(
      String.raw`HTTPSConnectionPool\(host='`,
      host,
      String.raw`', port=(?<port>\d{1,5})\).{0,400}certificate has expired`,
    ),
  },
  { kind: 'certificate_expired', pattern: /certificate has expired|CERT_HAS_EXPIRED/ },
  {
    kind: 'plain_answer',
    pattern: pattern(String.raw`https://`, host, port, String.raw`.{0,400}server gave HTTP response to HTTPS client`),
  },
  {
    kind: 'tls_wanted',
    pattern: pattern(
      String.raw`http://`,
      host,
      port,
      String.raw`.{0,400}(?:sent an HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port)`,
    ),
  },
  { kind: 'read_only', pattern: /(?<name>\/[^\s:"']{1,100})["']? failed \(30: read-only file system/i },
  { kind: 'read_only', pattern: /read-only file ?system(?:, \w{1,20}|:) ["'](?<name>\/[^"']{1,100})["']/i },
  { kind: 'read_only', pattern: /(?<name>\/[^\s:"']{1,100})["']?: read-only file ?system/i },
  { kind: 'disk_full', pattern: /no space left on device(?:, \w{1,20}|:) ["'](?<name>\/[^"']{1,100})["']/i },
  { kind: 'disk_full', pattern: /(?<name>\/[^\s:"']{1,100})["']?: no space left on device/i },
  { kind: 'dns_failure', pattern: pattern(String.raw`getaddrinfo (?:ENOTFOUND|EAI_AGAIN) `, host, port) },
  { kind: 'dns_failure', pattern: pattern(String.raw`(?:can't resolve|bad address) '`, host, port, "'") },
  { kind: 'dns_failure', pattern: pattern(String.raw`server can't find `, host, String.raw`: NXDOMAIN`) },
  {
    kind: 'dns_failure',
    pattern: pattern(
      String.raw`lookup `,
      host,
      String.raw`(?: on [\d.:]{1,50})?: (?:no such host|i/o timeout|server misbehaving|read udp.{0,400}(?:timeout|refused))`,
    ),
  },
  { kind: 'dns_failure', pattern: pattern(String.raw`could not translate host name "`, host, '"') },
  { kind: 'dns_failure', pattern: pattern(String.raw`UnknownHostException: `, host) },
  { kind: 'dns_failure', pattern: pattern(String.raw`could not resolve host:? `, host) },
  { kind: 'dns_failure', pattern: pattern("Failed to resolve '", host, "'") },
  {
    kind: 'dns_failure',
    pattern: pattern(
      String.raw`(?:Name or service not known|Temporary failure in name resolution|nodename nor servname provided)`,
    ),
  },
  { kind: 'dns_failure', pattern: pattern(String.raw`host not found in upstream "`, host, port, '"') },
  { kind: 'connection_refused', pattern: pattern('ECONNREFUSED ', host, port) },
  {
    kind: 'connection_refused',
    pattern: pattern(String.raw`dial tcp `, host, port, String.raw`: connect: connection refused`),
  },
  {
    kind: 'connection_refused',
    pattern: pattern(
      String.raw`connection to server at "`,
      host,
      String.raw`"(?: \([^)]{0,60}\))?, port (?<port>\d{1,5}) failed: Connection refused`,
    ),
  },
  { kind: 'connection_refused', pattern: pattern(String.raw`Connection refused: `, host, port) },
  { kind: 'connection_refused', pattern: pattern(String.raw`Connection to `, host, port, String.raw` refused`) },
  {
    kind: 'connection_refused',
    pattern: pattern(
      String.raw`connect\(\) failed \(111: Connection refused\).{0,400}upstream: "\w{1,20}://`,
      host,
      port,
    ),
  },
  {
    kind: 'connection_refused',
    pattern: pattern(String.raw`Error 111 connecting to `, host, port, String.raw`\. Connection refused`),
  },
  {
    kind: 'connection_refused',
    pattern: pattern(
      String.raw`Connection to node -?\d{1,9} \(`,
      host,
      String.raw`(?:/[\d.]{1,45})?`,
      port,
      String.raw`\) could not be established`,
    ),
  },
  {
    kind: 'connection_refused',
    pattern: pattern(String.raw`https?://`, host, port, String.raw`.{0,400}no endpoints available for service`),
  },
  { kind: 'connection_timeout', pattern: pattern('E(?:TIMEDOUT|HOSTUNREACH) ', host, port) },
  {
    kind: 'connection_timeout',
    pattern: pattern(
      String.raw`dial tcp `,
      host,
      port,
      String.raw`: (?:i/o timeout|connect: (?:connection timed out|no route to host|network is unreachable))`,
    ),
  },
  {
    kind: 'connection_timeout',
    pattern: pattern(
      String.raw`(?:connect(?:ion)?|connecting) to `,
      host,
      port,
      String.raw`.{0,40}(?:timed out|timeout)`,
    ),
  },
  {
    kind: 'connection_timeout',
    pattern: pattern(
      String.raw`HTTPConnectionPool\(host='`,
      host,
      String.raw`', port=(?<port>\d{1,5})\).{0,400}(?:timed out|ConnectTimeout|Max retries)`,
    ),
  },
  {
    kind: 'upstream_error',
    pattern: pattern(String.raw`upstream timed out.{0,400}upstream: "\w{1,20}://`, host, port),
  },
  {
    kind: 'upstream_error',
    pattern: pattern(
      String.raw`(?:upstream|request to|call to|GET|POST|PUT) (?:\w{1,20}://)?`,
      host,
      port,
      String.raw`\S{0,100}.{0,40}(?:timed out|timeout|answered 50[0234]|status(?: code)? 50[0234]|returned 50[0234]|failed with 50[0234]|: 50[0234])`,
    ),
  },
  {
    kind: 'migration',
    pattern:
      /migrat\w{1,20} .{0,80}(?:failed|error|could not|aborted)|(?:failed|error)\w{0,20} .{0,60}migrat|P30(?:09|18)|MigrationError|alembic.{0,400}(?:Error|can't locate)/i,
  },
  {
    kind: 'variable',
    pattern: exactly(
      String.raw`(?:[Mm]issing|[Rr]equired|[Ii]nvalid|[Uu]nset|[Uu]ndefined|[Bb]ad)\b.{0,60}?`,
      String.raw`(?:variable|environment|env|value|setting|config\w{0,20})\b.{0,20}?`,
      variable,
    ),
  },
  {
    kind: 'variable',
    pattern: exactly(
      variable,
      String.raw` (?:is|was|must be|has to be|should be|env\w{0,20} (?:is|was)) .{0,30}(?:not set|missing|required|invalid|not (?:a )?valid|not defined|undefined|empty|set|malformed)`,
    ),
  },
  { kind: 'waiting', pattern: pattern(String.raw`\bwait(?:ing|s)? (?:for|on|until) `, host, port) },
  { kind: 'variable', pattern: exactly(String.raw`KeyError: `, variable) },
  {
    kind: 'variable',
    pattern: exactly(
      String.raw`(?:[Ii]nvalid|[Mm]issing|[Cc]annot parse|[Ff]ailed to parse|could not parse) (?:value for )?`,
      variable,
    ),
  },
  ...ownWordings,
]

const longestLine = 2_000

/** What is known to be meant by the lines, the newest last; of lines that say the same, the newest. */
export function logFacts(tails: readonly LogTail[]): readonly LogFact[] {
  const found = new Map<string, LogFact>()
  for (const { container, isPrevious, lines } of tails) {
    for (const given of lines) {
      const line = given.slice(0, longestLine)
      const fact = factIn(line)
      if (!fact) continue
      const key = [container, fact.kind, fact.host, fact.name].join('|')
      found.delete(key)
      found.set(key, { ...fact, line, container, isPrevious })
    }
  }
  return [...found.values()]
}

function factIn(line: string): Pick<LogFact, 'kind' | 'host' | 'port' | 'name'> | null {
  for (const { kind, pattern: wording } of wordings) {
    const groups = wording.exec(line)
    if (!groups) continue
    const { host: named, port: portText, name } = groups.groups ?? {}
    return {
      kind,
      host: named?.toLowerCase() ?? null,
      port: portText === undefined ? null : Number(portText),
      name: name ?? null,
    }
  }
  return null
}
