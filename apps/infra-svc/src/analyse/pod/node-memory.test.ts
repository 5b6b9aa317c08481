import { ago, aLook } from '../../testing/a-look.ts'
import { outOfMemory } from './out-of-memory.ts'

/** A pod whose process was killed a minute ago, on a node that told of a lack of memory some seconds ago. */
const killed = ({ reason = 'Error', limits = '', told = 70 }) => `
apiVersion: v1
kind: Node
metadata: { name: n1 }
---
apiVersion: v1
kind: Event
metadata: { name: e1, namespace: default }
involvedObject: { kind: Node, name: n1, uid: n1 }
reason: SystemOOM
message: 'System OOM encountered, victim process: node, pid: 4711'
firstTimestamp: '${ago(told)}'
lastTimestamp: '${ago(told)}'
---
apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { nodeName: n1, containers: [{ name: app, image: web, resources: { limits: { ${limits} } } }] }
status:
  phase: Running
  containerStatuses: [{ name: app, ready: true, restartCount: 1, state: { running: {} }, lastState: { terminated: { exitCode: 137, reason: ${reason}, finishedAt: '${ago(60)}' } } }]
`
const reasons = (given: Parameters<typeof killed>[0]) =>
  [...outOfMemory.find(aLook(killed(given)))].map(({ reason, blames }) => `${reason}: ${blames[0]!.object.kind}`)

test.each([
  ['whose runtime does not know of it', {}, ['SystemOOM: Node']],
  ['whose runtime tells it like a limit, and that has none', { reason: 'OOMKilled' }, ['SystemOOM: Node']],
  ['that has met its limit at the same time', { reason: 'OOMKilled', limits: 'memory: 64Mi' }, ['OOMKilled: Pod']],
  ['that was killed long after it', { told: 1_200 }, []],
  ['that was killed long before it', { told: -300 }, []],
])('a node that ran out of memory, and a process %s', (_, given, expected) => {
  expect(reasons(given)).toEqual(expected)
})
