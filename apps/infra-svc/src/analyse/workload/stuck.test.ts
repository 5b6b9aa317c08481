import { ago, aLook } from '../../testing/a-look.ts'
import { aCondition, manifests } from '../../testing/objects.ts'
import { stuck } from './stuck.ts'

type Fields = Readonly<Record<string, unknown>>

const late = aCondition('Progressing', 'False', {
  ...{ reason: 'ProgressDeadlineExceeded', message: 'ReplicaSet "web-5d" has timed out progressing.' },
})
const deployment = (conditions: readonly Fields[], spec: Fields = {}, metadata: Fields = {}) => ({
  kind: 'Deployment',
  metadata: { name: 'web', annotations: { 'deployment.kubernetes.io/revision': '4' }, ...metadata },
  spec: { replicas: 3, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }, ...spec },
  status: { replicas: 4, updatedReplicas: 1, availableReplicas: 3, conditions },
})
const find = (object: Fields) => [...stuck.find(aLook(manifests(object)))]

describe('a rollout whose deadline has passed', () => {
  test('is told with how far it came, what it may do at once, and the way back', () => {
    const [finding] = find(deployment([late]))
    expect(finding).toMatchObject({
      ...{ rule: 'deployment-stuck', severity: 'critical', reason: 'ProgressDeadlineExceeded', blames: [] },
      ...{ object: { kind: 'Deployment', name: 'web' }, since: Date.parse(ago(600)) },
      summary: 'Its rollout stands still: 1 of 3 pods are of the new revision.',
      evidence: [
        { where: 'status.conditions[Progressing]', quote: 'ReplicaSet "web-5d" has timed out progressing.' },
        { where: 'spec.strategy.rollingUpdate', quote: 'maxSurge 1, maxUnavailable 0, 4 pods now' },
      ],
    })
    expect(finding!.remedies.map(({ command }) => command)).toContain('kubectl rollout undo -n default deployment/web')
  })

  test('is offered no way back from its first revision', () => {
    const first = deployment([late], {}, { annotations: { 'deployment.kubernetes.io/revision': '1' } })
    expect(JSON.stringify(find(first)[0]!.remedies)).not.toContain('undo -n')
  })

  test.each<[string, Fields]>([
    ['goes on', deployment([aCondition('Progressing', 'True', { reason: 'ReplicaSetUpdated' })])],
    ['is done', deployment([aCondition('Progressing', 'True', { reason: 'NewReplicaSetAvailable' })])],
    ['is paused', deployment([late], { paused: true })],
    ['is being deleted', deployment([late], {}, { deletionTimestamp: ago(60) })],
    ['has said nothing yet', deployment([])],
  ])('says nothing of one that %s', (_, object) => {
    expect(find(object)).toEqual([])
  })
})
