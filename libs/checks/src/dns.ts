import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { CheckSpecOf } from '@akashic/config'
import { operational } from './check.ts'
import type { CheckKind } from './check.ts'
import { admitHost } from './connect.ts'
import { failed } from './failure.ts'

type DnsSpec = CheckSpecOf<'dns'>

/** The answer that a name does not exist, or has no such record, comes from a resolver that works. */
const negativeAnswers = new Set(['ENOTFOUND', 'ENODATA'])

export const dnsKind: CheckKind<'dns'> = {
  kind: 'dns',
  host: (spec) => spec.resolver ?? spec.host,
  describe: (spec) => `${spec.record} ${spec.host}${spec.resolver === undefined ? '' : ` at ${spec.resolver}`}`,
  async run(spec, attempt) {
    const resolver = new Resolver({ timeout: spec.timeout, tries: 1 })
    if (spec.resolver !== undefined) {
      resolver.setServers([spec.resolver])
      // Whatever the text looks like, these are the addresses that will be asked.
      for (const server of resolver.getServers()) admitHost(addressOf(server), attempt)
    }
    attempt.signal.addEventListener('abort', () => resolver.cancel())
    const started = attempt.monotonicMs()
    const answers = await ask(resolver, spec).catch((error: NodeJS.ErrnoException) => {
      if (!negativeAnswers.has(error.code ?? '')) throw error
      return []
    })
    attempt.trace.dnsMs = Math.round((attempt.monotonicMs() - started) * 100) / 100
    attempt.trace.hasAnswered = true
    if (answers.length === 0)
      return failed('outage', 'dns', 'no such DNS record', `${spec.host} has no ${spec.record} record`)
    if (spec.expect === undefined || answers.some((answer) => isSame(answer, spec.expect ?? ''))) return operational
    return failed(
      'degraded',
      'answer',
      'unexpected DNS answer',
      `answered ${answers.join(', ')}; expected ${spec.expect}`,
    )
  },
}

/** Each record as it would stand in a zone file, without dots at the end of names. */
async function ask(resolver: Resolver, { host, record }: DnsSpec): Promise<string[]> {
  switch (record) {
    case 'A':
      return resolver.resolve4(host)
    case 'AAAA':
      return resolver.resolve6(host)
    case 'CNAME':
      return resolver.resolveCname(host)
    case 'NS':
      return resolver.resolveNs(host)
    case 'MX':
      return (await resolver.resolveMx(host)).map(({ priority, exchange }) => `${priority} ${exchange}`)
    case 'TXT':
      return (await resolver.resolveTxt(host)).map((parts) => parts.join(''))
    case 'SRV':
      return (await resolver.resolveSrv(host)).map((srv) => `${srv.priority} ${srv.weight} ${srv.port} ${srv.name}`)
    case 'SOA': {
      const soa = await resolver.resolveSoa(host)
      return [`${soa.nsname} ${soa.hostmaster} ${soa.serial} ${soa.refresh} ${soa.retry} ${soa.expire} ${soa.minttl}`]
    }
  }
}

const isSame = (answer: string, expected: string): boolean => normal(answer) === normal(expected)
const normal = (text: string): string => text.trim().replace(/\.$/, '').toLowerCase()

/** The address in `address`, `address:port` or `[address]:port`. */
function addressOf(resolver: string): string {
  if (isIP(resolver) !== 0) return resolver
  return resolver.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
}
