import { undoRollout } from '../analyse/remedies.ts'
import { aView } from '../testing/a-look.ts'
import { manifests } from '../testing/objects.ts'
import { ofStrategy } from './placement.ts'
import { scale } from './scale.ts'
import { changeByHand, setImage, setVariable } from './template.ts'

type Fields = Readonly<Record<string, unknown>>

const owner = { kind: 'Deployment', namespace: 'default', name: 'web' }
const revision = { 'deployment.kubernetes.io/revision': '3' }
const kept: Readonly<Record<string, Fields>> = {
  'Argo CD': { labels: { 'argocd.argoproj.io/instance': 'shop' } },
  Flux: { labels: { 'kustomize.toolkit.fluxcd.io/name': 'shop' } },
  Helm: { annotations: { 'meta.helm.sh/release-name': 'shop', ...revision } },
  'an operator': { ownerReferences: [{ kind: 'Shop', name: 'shop', uid: 'x', controller: true }] },
}
const view = (metadata: Fields, ...others: readonly Fields[]) =>
  aView(
    manifests(
      { kind: 'Deployment', metadata: { name: 'web', annotations: revision, ...metadata }, spec: { replicas: 2 } },
      ...others,
    ),
  )
const autoscaler = (metadata: Fields = {}) => ({
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', ...metadata },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, minReplicas: 2, maxReplicas: 2 },
})
const oneMore = { before: 2, replicas: 3, title: 'Run one more' }

test.each(Object.keys(kept))('what %s keeps is changed there, and by no kubectl', (keeper) => {
  const given = view(kept[keeper]!)
  const remedies = [
    ...setVariable(given, owner, 'app', 'MODE', 'x'),
    ...setImage(given, owner, 'app', 'web:2'),
    ...changeByHand(given, owner, 'Change it', 'what it is'),
    ...undoRollout(given, owner),
    ...ofStrategy(given, owner).remedies!,
    scale(given, owner, oneMore),
  ]
  expect(remedies).toHaveLength(6)
  for (const { title, command, undo } of remedies) {
    expect(title).toContain('shop')
    expect(`${command} ${undo}`).not.toContain('kubectl')
  }
})

test('a release goes back by Helm', () => {
  expect(undoRollout(view(kept['Helm']!), owner)).toMatchObject([{ command: 'helm rollback shop -n default' }])
})

test('a release whose name is more than a name is in no command', () => {
  const [remedy] = undoRollout(view({ annotations: { 'meta.helm.sh/release-name': 'x; y', ...revision } }), owner)
  expect(remedy!.command).toBe('kubectl rollout undo -n default deployment/web')
})

test('what an autoscaler scales is scaled by its bounds, and back', () => {
  const patch = 'kubectl patch -n default horizontalpodautoscaler/web --type=merge -p '
  expect(scale(view({}, autoscaler()), owner, oneMore)).toMatchObject({
    command: `${patch}'{"spec":{"minReplicas":3,"maxReplicas":3}}'`,
    undo: `${patch}'{"spec":{"minReplicas":2,"maxReplicas":2}}'`,
  })
  expect(scale(view({}, autoscaler()), owner, { before: 2, replicas: 1, title: 'Run one' }).command).toBe(
    `${patch}'{"spec":{"minReplicas":1,"maxReplicas":1}}'`,
  )
})

test('an autoscaler that Helm keeps is changed there', () => {
  const given = view({}, autoscaler({ annotations: { 'meta.helm.sh/release-name': 'scalers' } }))
  expect(scale(given, owner, oneMore)).toMatchObject({ command: null, title: expect.stringContaining('scalers') })
})

test('what nobody scales is scaled by kubectl, as is what is scaled to 0, which its autoscaler leaves alone', () => {
  const command = 'kubectl scale -n default deployment/web --replicas='
  expect(scale(view({}), owner, oneMore).command).toBe(`${command}3`)
  expect(scale(view({}, autoscaler()), owner, { ...oneMore, before: 0 }).command).toBe(`${command}3`)
})

test('with a single pod it is said that nobody serves while it is replaced', () => {
  const changes = (replicas: number) =>
    ofStrategy(aView(manifests({ kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas } })), owner)
      .remedies![0]!.changes
  expect(changes(1)).toContain('nobody serves')
  expect(changes(3)).toContain('one fewer serves')
})
