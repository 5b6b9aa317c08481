import { ago, aView, now } from '../testing/a-look.ts'
import { outOfMemoryOf } from './out-of-memory.ts'

const web = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const owned = (kind: string, name: string) =>
  `ownerReferences: [{ apiVersion: apps/v1, kind: ${kind}, name: ${name}, uid: ${kind}-${name}, controller: true }]`
const workload = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { replicas: 1, template: { spec: { containers: [{ name: app, image: web, resources: { limits: { memory: 128Mi } } }] } } }
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web-1, namespace: shop, ${owned('Deployment', 'web')} }
spec: { replicas: 1 }
---
apiVersion: v1
kind: Node
metadata: { name: n1, uid: n1 }
`
const ended = (fields: string, at = ago(60)) =>
  `phase: Running, containerStatuses: [{ name: app, restartCount: 1, state: { running: { startedAt: '${ago(30)}' } }, lastState: { terminated: { ${fields}, finishedAt: '${at}' } } }]`
const aPod = (status: string, name = 'web-1-a', command = 'node, a.js') => `
---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, ${owned('ReplicaSet', 'web-1')} }
spec: { nodeName: n1, containers: [{ name: app, image: web, command: [${command}], resources: { limits: { memory: 128Mi } } }] }
status: { ${status} }
`
const systemOom = `
---
apiVersion: v1
kind: Event
metadata: { name: e1, namespace: default }
involvedObject: { kind: Node, name: n1, uid: n1 }
reason: SystemOOM
message: System OOM encountered, victim process node
lastTimestamp: '${ago(60)}'
`
const heapLine = 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'

let asked = 0
beforeEach(() => (asked = 0))

function look(manifests: string, log: string | Error = '') {
  const getText = async () => {
    asked++
    if (log instanceof Error) throw log
    return log
  }
  return outOfMemoryOf(
    { view: aView(workload + manifests), client: { getText } },
    [web],
    now,
    new AbortController().signal,
  )
}

test.each([
  ['the limit of its container', aPod(ended('exitCode: 137, reason: OOMKilled')), '', 'container_limit'],
  ['its heap', aPod(ended('exitCode: 134, reason: Error')), heapLine, 'heap'],
  ['its node', aPod(ended('exitCode: 137, reason: Error')) + systemOom, '', 'node'],
  [
    'an eviction',
    aPod(`phase: Failed, reason: Evicted, startTime: '${ago(60)}', message: 'The node was low on resource: memory.'`),
    '',
    'eviction',
  ],
])('memory ran out at %s', async (_, manifests, log, kind) => {
  const found = await look(manifests, log)
  expect(found).toMatchObject([{ kind, workload: web }])
})

test('each kind has a remedy of its own', async () => {
  const commands = async (manifests: string, log = '') =>
    (await look(manifests, log)).flatMap(({ remedies }) => remedies.map(({ title }) => title)).join('\n')
  expect(await commands(aPod(ended('exitCode: 137, reason: OOMKilled')))).toContain('Give it 256Mi of memory')
  expect(await commands(aPod(ended('exitCode: 134, reason: Error')), heapLine)).toContain('--heapsnapshot-signal')
  const atNode = await commands(aPod(ended('exitCode: 137, reason: Error')) + systemOom)
  expect(atNode).toContain('memory of the node')
  expect(atNode).not.toMatch(/heap|256Mi/)
  const put = aPod(
    `phase: Failed, reason: Evicted, startTime: '${ago(60)}', message: 'The node was low on resource: memory.'`,
  )
  expect(await commands(put)).toContain('memory request that is what it uses')
})

test.each([
  ['a kill without a word of memory', aPod(ended('exitCode: 137, reason: Error')), ''],
  ['an abort whose log speaks of something else', aPod(ended('exitCode: 134, reason: Error')), 'Assertion failed'],
  [
    'an eviction for the disk',
    aPod(
      `phase: Failed, reason: Evicted, startTime: '${ago(60)}', message: 'The node was low on resource: ephemeral-storage.'`,
    ),
    '',
  ],
  [
    'an eviction of hours ago',
    aPod(
      `phase: Failed, reason: Evicted, startTime: '${ago(7_300)}', message: 'The node was low on resource: memory.'`,
    ),
    '',
  ],
  ['one of hours ago', aPod(ended('exitCode: 137, reason: OOMKilled', ago(7_300))), ''],
  ['an abort of hours ago', aPod(ended('exitCode: 134, reason: Error', ago(7_300))), heapLine],
])('%s is none', async (_, manifests, log) => {
  expect(await look(manifests, log)).toEqual([])
})

test('an abort whose log cannot be read may be one, and that is said', async () => {
  const found = await look(aPod(ended('exitCode: 134, reason: Error')), new Error('403 Forbidden'))
  expect(found).toMatchObject([
    { kind: 'unknown', says: expect.stringContaining('cannot be read: 403 Forbidden') as string },
  ])
})

test('logs are read of nothing but aborts, and of twenty pods at most; the others are not known', async () => {
  await look(aPod(ended('exitCode: 137, reason: OOMKilled')))
  expect(asked).toBe(0)
  const many = Array.from({ length: 22 }, (_, at) => aPod(ended('exitCode: 134, reason: Error'), `web-1-${at}`)).join(
    '',
  )
  const found = await look(many, heapLine)
  expect(found.map(({ kind }) => kind).toSorted()).toEqual([...Array<string>(20).fill('heap'), 'unknown', 'unknown'])
})
