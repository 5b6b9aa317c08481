import { ago, aView, now } from '../testing/a-look.ts'
import { partsOf } from './failed-pulls.ts'
import { showRollout } from './show-rollout.ts'

const web = { kind: 'Deployment', namespace: 'shop', name: 'web' }

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, generation: 2, annotations: { deployment.kubernetes.io/revision: '2' } }
spec: { replicas: 2 }
status:
  { observedGeneration: 2, replicas: 3, updatedReplicas: 1, readyReplicas: 2, availableReplicas: 2, conditions: [{ type: Progressing, status: 'False', reason: ProgressDeadlineExceeded }] }
---`

const replicaSet = (revision: number) => `
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: web-${revision}
  namespace: shop
  annotations: { deployment.kubernetes.io/revision: '${revision}' }
  ownerReferences: [{ kind: Deployment, name: web, uid: Deployment-web, controller: true }]
---`

const pod = (revision: number, image: string, state: object) => `
apiVersion: v1
kind: Pod
metadata:
  name: web-${revision}-x
  namespace: shop
  ownerReferences: [{ kind: ReplicaSet, name: web-${revision}, uid: ReplicaSet-web-${revision}, controller: true }]
spec: { containers: [{ name: app, image: '${image}' }] }
status:
  phase: Pending
  startTime: '${ago(700)}'
  containerStatuses: [{ name: app, image: '${image}', ready: false, restartCount: 0, state: ${JSON.stringify(state)} }]
---`

const running = { running: { startedAt: ago(900) } }

/** The rollout of web from `old`, which runs, to an image of which the runtime says `message`. */
function rollout(image: string, message: string, { reason = 'ErrImagePull', old = 'old.example/other:1' } = {}) {
  const failing = pod(2, image, { waiting: { reason, message } })
  const view = aView(deployment + replicaSet(1) + replicaSet(2) + pod(1, old, running) + failing)
  return showRollout(view, web, { now, releases: [] })
}

const ghcr = 'ghcr.io/acme/web:9'
test.each([
  ['name', 'name unknown: repository acme/web not found', /ghcr\.io has no repository ghcr\.io\/acme\/web\.$/],
  ['name', "The repository with name 'acme/web' does not exist in the registry with id '1'", /has no repository/],
  ['tag', 'manifest unknown: manifest unknown', /has no tag 9\.$/],
  ['tag', 'manifest for ghcr.io/acme/web:9 not found', /has no tag 9\.$/],
  ['name_or_tag', 'ghcr.io/acme/web:9: not found', /the name or the tag is wrong\.$/],
  ['auth', 'failed to authorize: 401 Unauthorized', /refuses us: the pull secret/],
  [
    'auth',
    'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
    /refuses us/,
  ],
  [
    'name_or_auth',
    'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    /no such image, or keeps it private/,
  ],
  ['network', 'dial tcp: lookup ghcr.io: no such host', /ghcr\.io cannot be reached/],
  ['rate_limit', '429 Too Many Requests: toomanyrequests', /ghcr\.io limits how often/],
  ['unknown', 'something else', /does not say why/],
])('a rollout that is stuck by its image names the cause: %s, by "%s"', (cause, message, says) => {
  const { state, pulls, why } = rollout(ghcr, `failed to pull image: ${message}`)
  expect(state).toBe('stuck')
  expect(pulls).toMatchObject([{ container: 'app', image: ghcr, cause }])
  expect(why[0]).toMatch(/^Container app cannot get its image ghcr\.io\/acme\/web:9: /)
  expect(why[0]).toMatch(says)
})

test('it is the tag where another image of the repository runs', () => {
  const { pulls } = rollout(ghcr, `${ghcr}: not found`, { old: 'ghcr.io/acme/web:8' })
  expect(pulls).toMatchObject([{ cause: 'tag' }])
})

test('names that the runtime does not take, and policies that fetch nothing, are told apart from it', () => {
  expect(rollout('Web::1', '', { reason: 'InvalidImageName' }).pulls).toMatchObject([{ cause: 'name' }])
  expect(rollout(ghcr, '', { reason: 'ErrImageNeverPull' }).pulls).toMatchObject([{ cause: 'pull_policy' }])
})

test('a rollout that is stuck by something else has no failed pull', () => {
  const { pulls } = showRollout(aView(deployment), web, { now, releases: [] })
  expect(pulls).toEqual([])
})

test.each([
  ['web', 'docker.io', 'web', ''],
  ['web:1.2', 'docker.io', 'web', ':1.2'],
  ['acme/web', 'docker.io', 'acme/web', ''],
  ['localhost/web', 'localhost', 'localhost/web', ''],
  ['host:5000/a/b', 'host:5000', 'host:5000/a/b', ''],
  ['host:5000/a/b:1', 'host:5000', 'host:5000/a/b', ':1'],
  ['a.example/b@sha256:0f', 'a.example', 'a.example/b', '@sha256:0f'],
  ['a.example/b:1@sha256:0f', 'a.example', 'a.example/b', ':1@sha256:0f'],
])('the parts of %s', (image, registry, repository, version) => {
  expect(partsOf(image)).toEqual({ registry, repository, version })
})
