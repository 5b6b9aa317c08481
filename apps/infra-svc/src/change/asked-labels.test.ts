import { ClusterModel, resourceTypes, type Resource } from '@akashic/kubernetes'
import { ago, now } from '../testing/a-look.ts'
import type { Change } from './change.ts'
import { watchChanges } from './watch-changes.ts'

let version = 0
const meta = (name: string, more: object = {}) => ({
  ...{ name, namespace: 'shop', uid: name, resourceVersion: `${version++}`, creationTimestamp: ago(3_600) },
  ...more,
})
const aNode = (labels: object, isCordoned = false, name = 'n1'): Resource =>
  resourceTypes.Node.trim(
    { metadata: meta(name, { labels, namespace: '' }), spec: { unschedulable: isCordoned } },
    String,
  )
const template = (spec: object) => ({ metadata: { labels: { app: 'web' } }, spec: { containers: [], ...spec } })
const aDeployment = (spec: object): Resource =>
  resourceTypes.Deployment.trim({ metadata: meta('web'), spec: { template: template(spec) } }, String)

/** What is told of a cluster that was read with these objects and one node without labels. */
function watched(...objects: readonly Resource[]) {
  const model = new ClusterModel('main')
  const changes: Change[] = []
  let isReady = false
  let at = now
  watchChanges(model, { now: () => at, isReady: () => isReady, onChange: (change) => void changes.push(change) })
  for (const object of [aNode({}), ...objects]) model.put(object)
  isReady = true
  return { model, changes, wait: (ms: number) => void (at += ms) }
}
const paths = (changes: readonly Change[]): readonly string[] =>
  changes.flatMap(({ object, fields }) => (object.kind === 'Node' ? fields.map(({ path }) => path) : []))

const requirement = { matchExpressions: [{ key: 'pool', operator: 'Exists' }] }
const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [requirement] } }
const preferred = { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: requirement }] }
const asksFor = { nodeSelector: { pool: 'gold' } }

describe('a label of a node is a decision where', () => {
  test.each<[string, Resource]>([
    ['a workload selects by it', aDeployment(asksFor)],
    ['one requires it', aDeployment({ affinity: { nodeAffinity: required } })],
    ['one prefers it', aDeployment({ affinity: { nodeAffinity: preferred } })],
    ['one spreads over it', aDeployment({ topologySpreadConstraints: [{ topologyKey: 'pool' }] })],
    [
      'a CronJob selects by it',
      resourceTypes.CronJob.trim(
        { metadata: meta('tidy'), spec: { jobTemplate: { spec: { template: template(asksFor) } } } },
        String,
      ),
    ],
    ['a pod of its own selects by it', resourceTypes.Pod.trim({ metadata: meta('alone'), spec: asksFor }, String)],
    [
      'a volume is only there',
      resourceTypes.PersistentVolume.trim(
        {
          metadata: meta('disk', { namespace: '' }),
          spec: { nodeAffinity: { required: { nodeSelectorTerms: [requirement] } } },
        },
        String,
      ),
    ],
  ])('%s', (_, asking) => {
    const { model, changes } = watched(asking)
    model.put(aNode({ pool: 'gold', 'example.com/seen': 'x' }))
    expect(paths(changes)).toEqual(['metadata.labels.pool'])
  })
})

test('labels for which nobody asks are none, on however many nodes, and do not hide what else was done', () => {
  const { model, changes } = watched(aDeployment({}))
  for (let index = 0; index < 5_000; index++) model.put(aNode({}, false, `n${index}`))
  for (let index = 0; index < 5_000; index++) model.put(aNode({ 'example.com/seen': 'x' }, false, `n${index}`))
  expect(paths(changes)).toEqual([])
  model.put(aNode({ 'example.com/seen': 'y' }, true))
  expect(paths(changes)).toEqual(['spec.unschedulable'])
})

test('who begins to ask for a label is heard at once if it is a workload, and soon if it is a pod', () => {
  const { model, changes, wait } = watched()
  model.put(aNode({ pool: 'a' }))
  expect(paths(changes)).toEqual([])
  model.put(aDeployment({ nodeSelector: { pool: 'gold' } }))
  model.put(aNode({ pool: 'b', zone: 'b' }))
  expect(paths(changes)).toEqual(['metadata.labels.pool'])
  model.put(resourceTypes.Pod.trim({ metadata: meta('alone'), spec: { nodeSelector: { zone: 'c' } } }, String))
  wait(15_000)
  model.put(aNode({ pool: 'b', zone: 'c' }))
  expect(paths(changes)).toEqual(['metadata.labels.pool', 'metadata.labels.zone'])
})
