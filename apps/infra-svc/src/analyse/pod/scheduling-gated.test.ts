import { aLook, ago } from '../../testing/a-look.ts'
import { schedulingGated } from './scheduling-gated.ts'

const pod = (gates: string, createdSeconds: number) => `
apiVersion: v1
kind: Pod
metadata: { name: train-1, namespace: ml, creationTimestamp: '${ago(createdSeconds)}', ownerReferences: [{ kind: Job, name: train, uid: Job-train, controller: true }] }
spec: { schedulingGates: ${gates}, containers: [{ name: app, image: 'train:1' }] }
status: { phase: Pending, conditions: [{ type: PodScheduled, status: 'False', reason: SchedulingGated, message: 'Scheduling is blocked due to non-empty scheduling gates' }] }
---
apiVersion: batch/v1
kind: Job
metadata: { name: train, namespace: ml }
`
const find = (manifests: string) => [...schedulingGated.find(aLook(manifests))]

describe('a pod whose scheduling gates stay', () => {
  test('is told with the gates, and the workload that has them is to blame', () => {
    expect(find(pod('[{ name: example.com/quota }]', 1_800))).toMatchObject([
      {
        rule: 'pod-scheduling-gated',
        severity: 'warning',
        reason: 'SchedulingGated',
        object: { kind: 'Pod', name: 'train-1' },
        evidence: [
          { where: 'spec.schedulingGates', quote: 'example.com/quota' },
          { where: 'status.conditions[PodScheduled]' },
        ],
        blames: [{ object: { kind: 'Job', namespace: 'ml', name: 'train' }, strength: 'direct' }],
      },
    ])
  })

  test('is nothing yet while a queue holds it back for minutes, nor once the gates are gone', () => {
    expect(find(pod('[{ name: example.com/quota }]', 120))).toEqual([])
    expect(find(pod('[]', 1_800))).toEqual([])
  })

  test('is to be looked at before its gates are taken away', () => {
    const [finding] = find(pod('[{ name: example.com/quota }]', 1_800))
    expect(finding!.remedies[0]!.changes).toBe('nothing')
    expect(finding!.remedies[1]!.undo).toContain('makes a gated one again')
  })
})
