import { extractErrors } from './extract-errors.ts'

/** What a line of an ingress controller's log says went wrong, with all that it names. */
export interface IngressTrouble {
  readonly line: string
  /** When it was written, by its own words, ms since 1970; null where they do not tell. */
  readonly at: number | null
  /** Host of the request. */
  readonly host: string | null
  /** Where the controller wanted to send it. */
  readonly upstream: { readonly address: string; readonly port: number } | null
  readonly service: { readonly namespace: string; readonly name: string } | null
  readonly ingress: { readonly namespace: string; readonly name: string } | null
  /** Whether the upstream itself turned the connection away. */
  readonly isRefused: boolean
}

const nginxTrouble = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[(?:error|crit|alert|emerg)\]/
const klogTrouble = /^[WEF]\d{4} \d\d:\d\d:\d\d/
const traefikTrouble = / (?:ERR|WRN) /
const haproxyTrouble = /\/<NOSRV> |has no server available!| is DOWN\b/

const upstream = /upstream: "\w{1,20}:\/\/\[?([0-9a-f.:]{1,45}?)\]?:(\d{1,5})[/"]/i
const dialled = /dial tcp \[?([0-9a-f.:]{1,45}?)\]?:(\d{1,5}):/i
const host = /\bhost: "([^":]{1,253})/i
const service = /\bservice ["']([a-z0-9-]{1,63})\/([a-z0-9-]{1,63})["']/i
/** As haproxy calls its backends: `shop_web_8080`, `shop_svc_web_http`. */
const backend = /\b([a-z0-9-]{1,63})_(?:svc_)?([a-z0-9-]{1,63})_[a-z0-9-]{1,63}(?:\/| has no server)/
const longestLine = 2_000

/** The lines of nginx, traefik and haproxy as ingress controllers that report a trouble by their form, and name whom it is
 *  about. Lines whose own time is older than `since` (ms since 1970) are left out. */
export function ingressTroubles(lines: readonly string[], since: number): readonly IngressTrouble[] {
  return lines
    .map((line) => line.slice(0, longestLine))
    .filter(isTrouble)
    .map(troubleIn)
    .filter(({ at }) => at === null || at >= since)
    .filter((each) => each.host !== null || each.upstream !== null || each.service !== null || each.ingress !== null)
}

const isTrouble = (line: string): boolean =>
  [nginxTrouble, klogTrouble, traefikTrouble, haproxyTrouble].some((form) => form.test(line)) ||
  extractErrors([line]).length > 0

/** nginx writes the time of its container, which is UTC unless somebody set it otherwise. */
function timeOf(line: string): number | null {
  const nginx = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d) /.exec(line)
  const text = nginx
    ? `${nginx[1]}-${nginx[2]}-${nginx[3]}T${nginx[4]}Z`
    : /(?:^|time=["']?|"time":")(\d{4}-\d\d-\d\dT[\d:.]{1,20}(?:Z|[+-]\d\d:\d\d))/.exec(line)?.[1]
  const at = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? null : at
}

function troubleIn(line: string): IngressTrouble {
  const to = upstream.exec(line) ?? dialled.exec(line)
  const named = service.exec(line) ?? (haproxyTrouble.test(line) ? backend.exec(line) : null)
  const fields = fieldsOf(line)
  const namespace = fields('namespace')
  const [ingress, ofService] = [fields('ingress'), fields('serviceName')]
  return {
    line,
    at: timeOf(line),
    host: host.exec(line)?.[1]?.toLowerCase() ?? null,
    upstream: to ? { address: to[1]!, port: Number(to[2]) } : null,
    service: named
      ? { namespace: named[1]!, name: named[2]! }
      : namespace && ofService
        ? { namespace, name: ofService }
        : null,
    ingress: namespace && ingress ? { namespace, name: ingress } : null,
    isRefused: /connection refused/i.test(line),
  }
}

/** The fields of a structured line: JSON, or `name=value`. */
function fieldsOf(line: string): (name: string) => string | undefined {
  if (line.startsWith('{')) {
    try {
      const record = JSON.parse(line) as Record<string, unknown>
      return (name) => (typeof record[name] === 'string' ? record[name] : undefined)
    } catch {
      return () => undefined
    }
  }
  return (name) => new RegExp(String.raw`(?:^|\s)${name}=["']?([a-z0-9.-]{1,253})`).exec(line)?.[1]
}
