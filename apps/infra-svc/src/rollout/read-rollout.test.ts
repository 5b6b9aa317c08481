import type { GroupedFinding } from '../finding/group-findings.ts'
import { ago, aView } from '../testing/a-look.ts'
import { readRollout } from './read-rollout.ts'

const web = { kind: 'Deployment', namespace: 'shop', name: 'web' }

const aDeployment = ({ spec = {}, status = {} }: { spec?: object; status?: object } = {}): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, generation: 2, annotations: { deployment.kubernetes.io/revision: '2' } }
spec: ${JSON.stringify({ replicas: 2, ...spec })}
status: ${JSON.stringify({ ...{ observedGeneration: 2, replicas: 2, updatedReplicas: 2 }, ...{ readyReplicas: 2, availableReplicas: 2 }, ...status })}
---`

/** The deadline of its progress has passed. */
const late = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }

const aReplicaSet = (revision: number, env: string, cause = ''): string => `
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: web-${revision}
  namespace: shop
  creationTimestamp: '${ago(1_000 - revision)}'
  annotations: { deployment.kubernetes.io/revision: '${revision}'${cause && `, kubernetes.io/change-cause: ${cause}`} }
  ownerReferences: [{ kind: Deployment, name: web, uid: Deployment-web, controller: true }]
spec: { replicas: ${revision - 1}, template: { spec: { containers: [{ name: app, image: 'web:${revision}', env: [${env}] }] } } }
status: { readyReplicas: ${revision - 1} }
---`

const read = (manifests: string, findings: readonly GroupedFinding[] = []) =>
  readRollout(aView(manifests), web, findings)

const critical = { rule: 'pod-crash-loop', severity: 'critical', summary: 'It ends with 1.' } as GroupedFinding

describe('the state of a rollout', () => {
  test('is complete once all pods are new and available', () => {
    expect(read(aDeployment())).toMatchObject({ state: 'complete', wanted: 2, updated: 2, ready: 2, available: 2 })
  })

  test.each([
    ['its controller has not seen the change', { observedGeneration: 1 }],
    ['pods are still to be made', { updatedReplicas: 1 }],
    ['pods of the old revision are to end', { replicas: 3 }],
    ['new pods are not available', { availableReplicas: 1 }],
  ])('is progressing while %s', (_, status) => {
    expect(read(aDeployment({ status }))?.state).toBe('progressing')
  })

  test('stays complete when pods fail after it', () => {
    const done = { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }
    expect(read(aDeployment({ status: { availableReplicas: 0, conditions: [done] } }))?.state).toBe('complete')
  })

  test('is stuck once its deadline has passed, and tells the findings as the reason', () => {
    const rollout = read(aDeployment({ status: { updatedReplicas: 1, conditions: [late] } }), [critical])
    expect(rollout).toMatchObject({ state: 'stuck', why: ['It ends with 1.'] })
    expect(rollout?.says).toBe('It made no progress for 600 s. 1 of 2 pods are of the new revision.')
  })

  test('is stuck when its pods are refused', () => {
    const refused = { type: 'ReplicaFailure', status: 'True', message: 'exceeded quota' }
    const rollout = read(aDeployment({ status: { updatedReplicas: 0, conditions: [refused] } }))
    expect(rollout).toMatchObject({ state: 'stuck', says: 'Its pods are refused: exceeded quota.' })
  })

  test('is paused when somebody paused it, even past its deadline', () => {
    const status = { updatedReplicas: 1, conditions: [late] }
    expect(read(aDeployment({ spec: { paused: true }, status }))?.state).toBe('paused')
  })

  test('is scaled down when no pods are wanted', () => {
    expect(read(aDeployment({ spec: { replicas: 0 } }))?.state).toBe('scaled_down')
  })

  test('of anything but a workload is not told', () => {
    expect(readRollout(aView(''), web, [])).toBeNull()
  })
})

describe('the state of other workloads', () => {
  const set = { kind: 'StatefulSet', namespace: 'shop', name: 'db' }
  const aSet = (spec: string, status: string): string =>
    `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: db, namespace: shop }\nspec: { replicas: 3, updateStrategy: { ${spec} } }\nstatus: { currentRevision: db-1, updateRevision: db-2, ${status} }`
  const stateOfSet = (spec: string, status: string, findings: readonly GroupedFinding[] = []) =>
    readRollout(aView(aSet(spec, status)), set, findings)?.state

  test('a StatefulSet is complete when only those below its partition are old', () => {
    const partition = 'type: RollingUpdate, rollingUpdate: { partition: 2 }'
    expect(stateOfSet(partition, 'readyReplicas: 3, updatedReplicas: 1')).toBe('complete')
    expect(stateOfSet(partition, 'readyReplicas: 3, updatedReplicas: 0')).toBe('progressing')
  })

  test('a StatefulSet whose new pod has a critical finding is stuck, as nothing else tells', () => {
    expect(stateOfSet('', 'readyReplicas: 2, updatedReplicas: 1')).toBe('progressing')
    expect(stateOfSet('', 'readyReplicas: 2, updatedReplicas: 1', [critical])).toBe('stuck')
  })

  test('with OnDelete it waits for somebody to delete the pods', () => {
    expect(stateOfSet('type: OnDelete', 'readyReplicas: 3, updatedReplicas: 1')).toBe('paused')
  })

  test('a DaemonSet is progressing until each node has a new pod that is available', () => {
    const state = (updated: number, available: number) =>
      readRollout(
        aView(
          `apiVersion: apps/v1\nkind: DaemonSet\nmetadata: { name: agent, namespace: shop }\nstatus: { desiredNumberScheduled: 2, updatedNumberScheduled: ${updated}, numberAvailable: ${available} }`,
        ),
        { kind: 'DaemonSet', namespace: 'shop', name: 'agent' },
        [],
      )?.state
    expect([state(1, 2), state(2, 1), state(2, 2)]).toEqual(['progressing', 'progressing', 'complete'])
  })
})

describe('the revisions of a Deployment', () => {
  const revisions = read(
    aDeployment() +
      aReplicaSet(1, '{ name: DB_PASSWORD, value: first }') +
      aReplicaSet(2, '{ name: DB_PASSWORD, value: second }', 'new password'),
  )?.revisions

  test('are told the newest first, with the current one marked', () => {
    expect(revisions).toMatchObject([
      { revision: 2, replicaSet: 'web-2', images: ['web:2'], ready: 1, isCurrent: true, changeCause: 'new password' },
      { revision: 1, replicaSet: 'web-1', images: ['web:1'], ready: 0, isCurrent: false, changes: [] },
    ])
  })

  test('tell what each changed against the one before, secrets hidden', () => {
    expect(revisions![0]!.changes).toEqual([
      { path: 'containers[app].env[DB_PASSWORD]', before: '(hidden)', after: '(hidden)' },
      { path: 'containers[app].image', before: 'web:1', after: 'web:2' },
    ])
  })
})

describe('who manages a workload', () => {
  const managers = (meta: string, more = '') =>
    readRollout(
      aView(`apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, namespace: shop, ${meta} }\n---\n${more}`),
      web,
      [],
    )?.managers.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`)

  test.each([
    ['annotations: { meta.helm.sh/release-name: front, meta.helm.sh/release-namespace: apps }', 'helm apps/front'],
    [`annotations: { argocd.argoproj.io/tracking-id: 'front:apps/Deployment:shop/web' }`, 'argocd shop/front'],
    [
      'labels: { kustomize.toolkit.fluxcd.io/name: apps, kustomize.toolkit.fluxcd.io/namespace: flux }',
      'flux flux/apps',
    ],
    ['labels: { helm.toolkit.fluxcd.io/name: front }', 'flux shop/front'],
    ['ownerReferences: [{ kind: Keycloak, name: sso, uid: k, controller: true }]', 'operator shop/Keycloak/sso'],
  ])('%s', (meta, manager) => {
    expect(managers(meta)).toEqual([manager])
  })

  test('Flux comes before the Helm that it runs', () => {
    const meta = 'labels: { helm.toolkit.fluxcd.io/name: front }, annotations: { meta.helm.sh/release-name: front }'
    expect(managers(meta)).toEqual(['flux shop/front', 'helm shop/front'])
  })

  test('an autoscaler is named, and one of another workload is not', () => {
    const hpa = (name: string): string =>
      `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: ${name}, namespace: shop }\nspec: { scaleTargetRef: { kind: Deployment, name: ${name} }, maxReplicas: 4 }\n---\n`
    expect(managers('labels: {}', hpa('web') + hpa('api'))).toEqual(['hpa shop/web'])
  })

  test('a release name that no shell should see is not believed', () => {
    expect(managers(`annotations: { meta.helm.sh/release-name: 'x; rm -rf /' }`)).toEqual([])
  })
})
