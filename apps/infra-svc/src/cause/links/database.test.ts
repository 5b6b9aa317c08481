import type { Reference } from '@akashic/kubernetes'
import { analyse, neededKinds } from '../../analyse/analyse.ts'
import type { Finding } from '../../finding/finding.ts'
import type { GroupedFinding } from '../../finding/group-findings.ts'
import { ago, aLook } from '../../testing/a-look.ts'
import { explain } from '../explain.ts'

const workload = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, uid: web }
spec: { replicas: 1, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: app, image: web }] } } }
status: { observedGeneration: 1, replicas: 1, readyReplicas: 0 }
---
apiVersion: v1
kind: Pod
metadata: { name: web-1, namespace: shop, uid: Pod-web-1, labels: { app: web }, ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, uid: web, controller: true }] }
spec: { nodeName: n1, containers: [{ name: app, image: web, readinessProbe: { httpGet: { path: /ready, port: 80 } } }] }
status:
  phase: Running
  conditions: [{ type: Ready, status: 'False', reason: ContainersNotReady, message: 'containers with unready status: [app]', lastTransitionTime: '${ago(500)}' }]
  containerStatuses: [{ name: app, restartCount: 0, ready: false, started: true, state: { running: { startedAt: '${ago(900)}' } } }]
`
const session: Reference = { kind: 'Session', namespace: 'orders', name: 'pid 7' }
const host: Reference = { kind: 'Host', namespace: '', name: 'db.example.org' }

function aFinding(rule: string, changed: Partial<Finding> = {}): GroupedFinding {
  return {
    ...{ id: rule, cluster: 'database/orders', rule, severity: 'critical', object: session, uid: '', part: '' },
    ...{ reason: 'BlocksOthers', summary: 'Session 7 keeps 3 sessions waiting.', remedies: [], since: null },
    evidence: [{ kind: 'field', object: session, where: 'pg_stat_activity.state', quote: 'idle', at: null }],
    blames: [{ object: session, because: 'it holds locks that 3 sessions wait for', strength: 'direct' }],
    ...{ involves: [host], affected: [session], affectedCount: 1, ...changed },
  }
}

function ask(found: readonly GroupedFinding[], lines: readonly string[], isNeeded: boolean) {
  const look = aLook(workload, { 'web-1': [{ container: 'app', isPrevious: false, lines }] })
  const dependencies = ({ name }: Reference): readonly Reference[] =>
    isNeeded && name === 'web' ? [{ kind: 'Database', namespace: 'orders', name: 'orders' }] : []
  const given = { ...look, findings: [...analyse(look), ...found], changes: [], runbooks: [], dependencies }
  return explain(given, { kind: 'namespace', namespace: 'shop' }, neededKinds)
}

test('a lock tree explains what suffers of a component that depends on its database', () => {
  const { verdict, causes } = ask([aFinding('db-lock-tree')], [], true)
  expect(verdict).toBe('cause_established')
  expect(causes[0]).toMatchObject({ object: session, because: 'it holds locks that 3 sessions wait for' })
  expect(JSON.stringify(causes[0]!.chain)).toContain('it depends on database orders')
})

test('the line by which a user of the database tells that it waits is quoted', () => {
  const line = 'error: canceling statement due to lock timeout'
  const { causes } = ask([aFinding('db-lock-tree')], ['started', line], true)
  expect(causes[0]!.evidence).toContainEqual(expect.objectContaining({ kind: 'log', quote: line }))
})

test('whose log says that the server of the database does not answer is explained without a dependency', () => {
  const { causes } = ask([aFinding('db-connections-full')], ['Error: connect ETIMEDOUT db.example.org:5432'], false)
  expect(causes.map(({ object }) => object)).toContainEqual(session)
})

test('a Redis that refuses writes explains what suffers of its users, by the line of theirs that it caused', () => {
  const refused = 'ReplyError: OOM command not allowed when used memory > maxmemory.'
  const lines = ['error: canceling statement due to lock timeout', refused]
  const { causes } = ask([aFinding('redis-memory-full')], lines, true)
  expect(causes[0]!.evidence).toContainEqual(expect.objectContaining({ kind: 'log', quote: refused }))
})

test.each([
  ['whom nothing ties to the database', [aFinding('db-lock-tree')], [], false],
  ['what uses another server', [aFinding('db-lock-tree')], ['Error: connect ETIMEDOUT cache.example.org:6379'], false],
  ['what no one waits for', [aFinding('db-bloat')], [], true],
  ['what still takes writes', [aFinding('redis-memory-full', { severity: 'warning' })], [], true],
])('%s is not explained by it', (_who, found, lines, isNeeded) => {
  const { causes } = ask(found, lines, isNeeded)
  expect(causes.map(({ object }) => object.kind)).not.toContain('Session')
})
