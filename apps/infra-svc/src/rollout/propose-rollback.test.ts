import type { ReleaseState } from '../helm/release-state.ts'
import { ago, aView } from '../testing/a-look.ts'
import { proposeRollback } from './propose-rollback.ts'

const web = { kind: 'Deployment', namespace: 'shop', name: 'web' }

const aDeployment = (revision: number, meta: object = {}, spec: object = {}): string => `
apiVersion: apps/v1
kind: Deployment
metadata: ${JSON.stringify({ name: 'web', namespace: 'shop', ...meta, annotations: { 'deployment.kubernetes.io/revision': String(revision), ...('annotations' in meta ? (meta.annotations as object) : {}) } })}
spec: ${JSON.stringify({ replicas: 2, ...spec })}
---`

interface Given {
  readonly ready?: number
  readonly image?: string
  readonly pod?: object
  readonly annotations?: object
}

const aReplicaSet = (
  revision: number,
  { ready = 0, image = `web:${revision}`, pod = {}, annotations = {} }: Given = {},
): string => `
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: web-${revision}
  namespace: shop
  creationTimestamp: '${ago(1_000 - revision * 100)}'
  annotations: { deployment.kubernetes.io/revision: '${revision}' }
  ownerReferences: [{ kind: Deployment, name: web, uid: Deployment-web, controller: true }]
spec: ${JSON.stringify({ template: { metadata: { annotations }, spec: { containers: [{ name: 'app', image }], ...pod } } })}
status: { readyReplicas: ${ready} }
---`

const propose = (manifests: string, releases?: readonly ReleaseState[]) =>
  proposeRollback(aView(manifests), { workload: web }, releases)

describe('the revision to go back to', () => {
  test('is the newest earlier one that has ready pods', () => {
    const sets = aReplicaSet(1, { ready: 1 }) + aReplicaSet(2, { ready: 2 }) + aReplicaSet(3) + aReplicaSet(4)
    expect(propose(aDeployment(4) + sets)).toMatchObject({
      toRevision: 2,
      through: 'kubectl',
      command: 'kubectl rollout undo -n shop deployment/web --to-revision=2',
      undo: 'kubectl rollout undo -n shop deployment/web --to-revision=4',
      isDestructive: false,
      warnings: [],
    })
  })

  test('is else the newest earlier one that asks for other pods: a restart is none', () => {
    const annotations = { 'kubectl.kubernetes.io/restartedAt': ago(10) }
    const sets = aReplicaSet(1) + aReplicaSet(2, { image: 'web:3' }) + aReplicaSet(3, { annotations })
    expect(propose(aDeployment(3) + sets)?.toRevision).toBe(1)
  })

  test('is none where there is no earlier revision', () => {
    expect(propose(aDeployment(1) + aReplicaSet(1, { ready: 2 }))).toBeNull()
  })
})

const two = aReplicaSet(1) + aReplicaSet(2)
const ofHelm = { annotations: { 'meta.helm.sh/release-name': 'front' } }

const aRelease = (...statuses: readonly string[]): ReleaseState => {
  const history = statuses
    .map((status, index) => ({ revision: index + 1, status, modifiedAt: null, uid: `u${index}` }))
    .toReversed()
  return { namespace: 'shop', name: 'front', keptIn: 'Secret', ...history[0]!, history }
}

describe('the way back', () => {
  test('of a release of Helm names the last revision that was deployed, not the one before', () => {
    const release = aRelease('superseded', 'deployed', 'failed', 'failed')
    expect(propose(aDeployment(2, ofHelm) + two, [release])).toMatchObject({
      through: 'helm',
      toRevision: 1,
      command: 'helm rollback front 2 -n shop',
      undo: 'helm rollback front 4 -n shop',
    })
  })

  test('of a release whose last upgrade went well goes before that upgrade', () => {
    const release = aRelease('superseded', 'superseded', 'deployed')
    expect(propose(aDeployment(2, ofHelm) + two, [release])?.command).toBe('helm rollback front 2 -n shop')
  })

  test('of a release that could not be read names none, and says how to see', () => {
    const proposal = propose(aDeployment(2, ofHelm) + two)
    expect(proposal?.command).toBe('helm rollback front -n shop')
    expect(proposal?.warnings.join()).toContain('helm history front -n shop')
  })

  test('of a release that was never deployed is kubectl, with the drift told', () => {
    const proposal = propose(aDeployment(2, ofHelm) + two, [aRelease('failed')])
    expect(proposal?.through).toBe('kubectl')
    expect(proposal?.warnings.join()).toContain(`drifts from Helm's record`)
  })

  test.each([
    ['argocd', { annotations: { 'argocd.argoproj.io/tracking-id': 'front:apps/Deployment:shop/web' } }],
    ['flux', { labels: { 'helm.toolkit.fluxcd.io/name': 'front' }, ...ofHelm }],
    ['operator', { ownerReferences: [{ kind: 'Shop', name: 'main', uid: 's', controller: true }] }],
  ])('through %s has no command that it would take back', (through, meta) => {
    expect(propose(aDeployment(2, meta) + two)).toMatchObject({ through, command: null })
  })
})

describe('the warnings of a rollback', () => {
  const warnings = (manifests: string) => propose(aDeployment(2) + manifests)?.warnings.join('\n') ?? ''
  const aJob = (name: string, at: number): string =>
    `\napiVersion: batch/v1\nkind: Job\nmetadata: { name: ${name}, namespace: shop, creationTimestamp: '${ago(at)}' }\n---`

  test('name a migration Job that ran since, and no other', () => {
    expect(warnings(two + aJob('db-migrate-2', 700))).toContain('Job db-migrate-2')
    expect(warnings(two + aJob('db-migrate-1', 950) + aJob('report', 700))).toBe('')
  })

  test('name an init container of the later revision that migrates', () => {
    const pod = {
      initContainers: [{ name: 'schema', image: 'web:2', command: ['npx', 'prisma', 'migrate', 'deploy'] }],
    }
    expect(warnings(aReplicaSet(1) + aReplicaSet(2, { pod }))).toContain('init container schema')
    expect(warnings(aReplicaSet(1, { pod }) + aReplicaSet(2))).toBe('')
  })

  const settings = (writtenAgo: number): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop, managedFields: [{ manager: kubectl-edit, time: '${ago(writtenAgo)}', fieldsV1: { 'f:data': {} } }] }
---`
  const reading = {
    pod: { containers: [{ name: 'app', image: 'web:1', envFrom: [{ configMapRef: { name: 'settings' } }] }] },
  }

  test('name a ConfigMap that was changed since', () => {
    const sets = aReplicaSet(1, reading) + aReplicaSet(2)
    expect(warnings(sets + settings(700))).toContain('not rolled back: ConfigMap settings')
    expect(warnings(sets + settings(900))).toBe('')
  })

  test('name a ConfigMap that the older revision needs and that is gone', () => {
    expect(warnings(aReplicaSet(1, reading) + aReplicaSet(2))).toContain('no longer there: ConfigMap settings')
  })

  test('say what cannot be seen without the right to read it', () => {
    const view = aView(aDeployment(2) + aReplicaSet(1, reading) + aReplicaSet(2))
    view.setFreshness('ConfigMap', { state: 'unknown', reason: 'forbidden', missingPermission: 'list configmaps' })
    expect(proposeRollback(view, { workload: web })?.warnings.join()).toContain('cannot be seen')
  })

  test('say that an autoscaler keeps the replicas, and that a paused Deployment refuses', () => {
    const hpa = `\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: web, namespace: shop }\nspec: { scaleTargetRef: { kind: Deployment, name: web }, minReplicas: 2, maxReplicas: 4 }\n---`
    const proposal = propose(aDeployment(2, {}, { paused: true }) + two + hpa)
    expect(proposal?.warnings.join()).toMatch(/paused.*from 2 to 4/)
  })
})
