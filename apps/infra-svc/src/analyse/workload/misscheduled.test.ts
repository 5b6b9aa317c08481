import { aLook } from '../../testing/a-look.ts'
import { misscheduled } from './misscheduled.ts'

const set = (count: number, pod = 'nodeSelector: { disk: ssd }') => `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent, namespace: ops }
spec: { selector: {}, template: { spec: { ${pod} } } }
status: { desiredNumberScheduled: 1, numberMisscheduled: ${count}, numberAvailable: 1 }
---`
const node = (name: string, labels: string, taints = '[]') => `
apiVersion: v1
kind: Node
metadata: { name: ${name}, labels: ${labels} }
spec: { taints: ${taints} }
---`
const pod = (name: string, nodeName: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ops, ownerReferences: [{ kind: DaemonSet, name: agent, uid: DaemonSet-agent, controller: true }] }
spec: { nodeName: ${nodeName}, containers: [] }
---`
const pods = pod('agent-a', 'worker-1') + pod('agent-b', 'worker-2')
const find = (manifests: string) => [...misscheduled.find(aLook(manifests))]

describe('pods of a DaemonSet on nodes that it is not meant for', () => {
  test('are told with the nodes whose labels do not fit', () => {
    const nodes = node('worker-1', '{ disk: ssd }') + node('worker-2', '{ disk: hdd }')
    expect(find(set(1) + nodes + pods)).toMatchObject([
      {
        rule: 'daemonset-misscheduled',
        severity: 'info',
        summary: expect.stringContaining('worker-2 (its labels do not fit the selector)'),
        evidence: [{ where: 'status.numberMisscheduled', quote: '1' }, { object: { kind: 'Node', name: 'worker-2' } }],
        involves: [{ kind: 'Node', name: 'worker-2' }],
      },
    ])
  })

  test('are told with the taint that they do not tolerate', () => {
    const taint = '[{ key: team, value: data, effect: NoSchedule }]'
    const nodes = node('worker-1', '{}') + node('worker-2', '{}', taint)
    expect(find(set(1, 'tolerations: []') + nodes + pods)[0]!.summary).toContain(
      'taint team=data:NoSchedule is not tolerated',
    )
  })

  test('are none where the controller counts none', () => {
    expect(find(set(0) + node('worker-1', '{ disk: ssd }') + pods)).toEqual([])
  })
})
