import { logQuote } from '../../analyse/quote.ts'
import type { GroupedFinding } from '../../finding/group-findings.ts'
import type { OpenCase } from '../case.ts'
import type { LinkRule } from './link.ts'

/** Troubles of a database that keep those who use it waiting. */
const felt: ReadonlySet<string> = new Set([
  ...(['db-unreachable', 'db-connections-full', 'db-lock-tree', 'db-deadlock', 'db-idle-in-transaction'] as const),
])
/** Of these only what is critical: less of it refuses nothing, and holds nobody up for long. */
const feltAtWorst: ReadonlySet<string> = new Set([
  ...(['redis-memory-full', 'redis-save-failing', 'redis-aof-failing', 'redis-replicas-missing'] as const),
  ...(['redis-connections-rejected', 'redis-cluster-down', 'redis-slow-command', 'redis-latency'] as const),
])
/** What users of a database that does not serve suffer from. */
const symptoms: ReadonlySet<string> = new Set([
  ...(['pod-not-ready', 'pod-probe-failing', 'pod-crash-loop', 'pod-restarting'] as const),
  ...(['deployment-unavailable', 'statefulset-unavailable', 'daemonset-unavailable'] as const),
  ...(['deployment-stuck', 'statefulset-stuck', 'hpa-at-max'] as const),
  ...(['perf-slow-response', 'perf-errors', 'perf-slower', 'perf-slow-statement'] as const),
])
/** As clients and their pools write it when they wait in vain, or are refused. */
const vainOfPostgres =
  /too many clients|remaining connection slots|timeout exceeded when trying to connect|timed out fetching a new connection|canceling statement due to (?:lock|statement) timeout|QueuePool limit|Connection is not available, request timed out|could not obtain lock|deadlock detected/i
const vainOfRedis =
  /max number of clients reached|\b(?:OOM command not allowed|MISCONF |NOREPLICAS |CLUSTERDOWN |LOADING |BUSY )|max retries per request|Command timed out|RedisCommandTimeoutException/

/** A lock tree, a database without a connection left, or one that refuses writes, explains what suffers of its users: of workloads whose component
 *  depends on it, and of those whose log says that they wait for its server in vain. */
export const database: LinkRule = function* (open, finding) {
  if (!symptoms.has(finding.rule) || finding.blames.some(({ strength }) => strength === 'direct')) return
  const needed = new Set(databasesOf(open, finding))
  const hosts = hostsNotReached(open, finding)
  for (const other of open.findings) {
    if (!isFelt(other)) continue
    const isNeeded = needed.has(other.object.namespace)
    const host = other.involves.find(({ kind, name }) => kind === 'Host' && hosts.has(name))?.name
    if (!isNeeded && host === undefined) continue
    const told = host === undefined ? lineOfWaiting(open, finding, other.rule) : hosts.get(host)!
    const says = told === null ? `it depends on database ${other.object.namespace}` : `its log says "${told.quote}"`
    yield { rule: 'database', says, to: told === null ? other : withEvidence(other, told.evidence) }
  }
}

/** What keeps those waiting who use the databases of a finding. */
export function busyDatabases(open: OpenCase, finding: GroupedFinding): readonly GroupedFinding[] {
  const needed = new Set(databasesOf(open, finding))
  return open.findings.filter((other) => isFelt(other) && needed.has(other.object.namespace))
}

const isFelt = ({ rule, severity }: GroupedFinding): boolean =>
  feltAtWorst.has(rule) ? severity === 'critical' : felt.has(rule) && severity !== 'info'

/** Databases of either kind may be out of reach, or without a connection left. */
const isInVain = (line: string, rule: string): boolean => {
  const isEither = rule === 'db-unreachable' || rule === 'db-connections-full'
  const isRedis = rule.startsWith('redis-')
  return ((isEither || !isRedis) && vainOfPostgres.test(line)) || ((isEither || isRedis) && vainOfRedis.test(line))
}

interface Line {
  readonly quote: string
  readonly evidence: ReturnType<typeof logQuote>
}

const withEvidence = (finding: GroupedFinding, line: Line['evidence']): GroupedFinding => ({
  ...finding,
  evidence: [...finding.evidence, line],
})

function* databasesOf(open: OpenCase, { object, involves }: GroupedFinding): Iterable<string> {
  if (object.kind === 'Query') yield object.namespace
  for (const workload of [object, ...involves]) {
    for (const { kind, name } of open.dependencies(workload)) if (kind === 'Database') yield name
  }
}

const callKinds = new Set(['connection_refused', 'connection_timeout', 'upstream_error', 'dns_failure'])

function hostsNotReached(open: OpenCase, finding: GroupedFinding): ReadonlyMap<string, Line> {
  const hosts = new Map<string, Line>()
  for (const { pod, fact } of open.factsOf(finding)) {
    if (fact.host === null || !callKinds.has(fact.kind) || hosts.has(fact.host)) continue
    hosts.set(fact.host, { quote: fact.line.slice(0, 160), evidence: logQuote(pod, fact.container, fact.line) })
  }
  return hosts
}

function lineOfWaiting(open: OpenCase, finding: GroupedFinding, rule: string): Line | null {
  for (const pod of open.podsOf(finding)) {
    for (const { container, lines } of open.logs(pod.uid)) {
      const line = lines.findLast((each) => isInVain(each, rule))
      if (line !== undefined) return { quote: line.slice(0, 160), evidence: logQuote(pod, container, line) }
    }
  }
  return null
}
