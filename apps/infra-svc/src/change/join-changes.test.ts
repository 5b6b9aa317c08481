import { resourceTypes, type ClusterModel, type Resource } from '@akashic/kubernetes'
import { aView, now } from '../testing/a-look.ts'
import type { Change } from './change.ts'
import { changesFromHistory } from './history.ts'
import { joinChanges } from './join-changes.ts'
import { watchChanges } from './watch-changes.ts'

const at = (seconds: number): string => new Date(now + seconds * 1_000).toISOString().replace('.000', '')
const created = at(-3_600)

const template = (image: string) => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'app', image }] },
})
const workload = (kind: 'Deployment' | 'StatefulSet', image: string, generation: number, writtenAt: number): Resource =>
  resourceTypes[kind].trim(
    {
      metadata: {
        ...{ name: 'web', namespace: 'shop', uid: 'd1', generation, resourceVersion: `${generation}` },
        ...{ creationTimestamp: created, annotations: { 'deployment.kubernetes.io/revision': `${generation}` } },
        managedFields: [{ manager: 'kubectl', operation: 'Update', time: at(writtenAt), fieldsV1: { 'f:spec': {} } }],
      },
      spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: template(image) },
    },
    String,
  )
const replicaSet = (image: string, revision: number, createdAt: number): Resource =>
  resourceTypes.ReplicaSet.trim(
    {
      metadata: {
        ...{ name: `web-${revision}`, namespace: 'shop', uid: `r${revision}`, creationTimestamp: at(createdAt) },
        annotations: { 'deployment.kubernetes.io/revision': `${revision}` },
        ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'd1', controller: true }],
      },
      spec: { replicas: 1, template: template(image) },
    },
    String,
  )

function seenIn(model: ClusterModel, ...writes: readonly Resource[]): readonly Change[] {
  const seen: Change[] = []
  const stop = watchChanges(model, { now: () => now, isReady: () => true, onChange: (change) => seen.push(change) })
  for (const object of writes) model.put(object)
  stop()
  return seen
}
const inAll = (model: ClusterModel, seen: readonly Change[]) =>
  joinChanges(seen, changesFromHistory(model, now - 1_800_000)).map(({ kind, at }) => [kind, (at - now) / 1_000])

describe('a change is there once', () => {
  test('when a rollout was seen, and its revision is read later off the ReplicaSets, made a while after', () => {
    const model = aView('')
    for (const object of [workload('Deployment', 'web:1', 1, -3_600), replicaSet('web:1', 1, -3_600)]) model.put(object)
    const seen = seenIn(model, workload('Deployment', 'web:2', 2, -60), replicaSet('web:2', 2, -40))
    expect(inAll(model, seen)).toEqual([['rollout', -60]])
    expect(inAll(model, [])).toEqual([['rollout', -40]])
  })

  test('while what nobody saw is there beside what was seen', () => {
    const model = aView('')
    for (const object of [workload('Deployment', 'web:1', 1, -3_600), replicaSet('web:1', 1, -3_600)]) model.put(object)
    const seen = seenIn(model, workload('Deployment', 'web:2', 2, -600), replicaSet('web:2', 2, -600))
    // The next one happened while no replica looked.
    for (const object of [workload('Deployment', 'web:3', 3, -580), replicaSet('web:3', 3, -580)]) model.put(object)
    expect(inAll(model, seen)).toEqual([
      ['rollout', -600],
      ['rollout', -580],
    ])
  })

  test('when its kind cannot be read off the object any more', () => {
    const model = aView('')
    model.put(workload('StatefulSet', 'web:1', 1, -3_600))
    const seen = seenIn(model, workload('StatefulSet', 'web:2', 2, -60))
    expect(inAll(model, seen)).toEqual([['rollout', -60]])
    expect(inAll(model, [])).toEqual([['scaled', -60]])
  })

  test('when an object was made while it was watched', () => {
    const made = { metadata: { name: 'new', namespace: 'shop', uid: 's1', creationTimestamp: at(-30) } }
    const model = aView('')
    expect(inAll(model, seenIn(model, resourceTypes.Service.trim(made, String)))).toEqual([['created', -30]])
  })
})

test('who scales through the subresource is not told of, nor the time of an older write', () => {
  const model = aView('')
  const before = workload('StatefulSet', 'web:1', 1, -3_600)
  model.put(before)
  const [change] = seenIn(model, { ...before, generation: 2, resourceVersion: '2', replicas: 5 } as Resource)
  expect(change).toMatchObject({ kind: 'scaled', at: now, by: '' })
})
