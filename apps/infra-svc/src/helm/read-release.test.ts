import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { ClusterClient } from '@akashic/kubernetes'
import { describeReal, helmProgram, startKubernetes, type KubernetesCluster } from '@akashic/testbed'
import { aView } from '../testing/a-look.ts'
import { readRelease } from './read-release.ts'
import { readReleases } from './read-releases.ts'
import { releaseFindings } from './release-findings.ts'

const run = promisify(execFile)

const chart: Readonly<Record<string, string>> = {
  'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.0\nappVersion: "7"\n',
  'values.yaml': 'image: web:1\nreplicas: 2\ndb: { password: "" }\n',
  'templates/web.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: { name: {{ .Release.Name }} }
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: {{ .Release.Name }} } }
  template:
    metadata: { labels: { app: {{ .Release.Name }} } }
    spec:
      containers:
      - name: app
        image: {{ .Values.image }}
        resources: { requests: { cpu: 1000m, memory: 1024Mi } }
        env: [{ name: MODE, value: fast }]
---
apiVersion: v1
kind: Secret
metadata: { name: {{ .Release.Name }} }
stringData: { password: {{ .Values.db.password | quote }} }
---
apiVersion: v1
kind: Service
metadata: { name: {{ .Release.Name }} }
spec: { selector: { app: {{ .Release.Name }} }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: {{ .Release.Name }} }
rules: [{ apiGroups: [''], resources: [pods], verbs: [get] }]
`,
  'templates/hook.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: before, annotations: { helm.sh/hook: "pre-install,pre-upgrade" } }\n',
}

describeReal('helm', () => {
  let cluster: KubernetesCluster
  let client: ClusterClient
  let folder: string
  const helm = (...args: readonly string[]): Promise<unknown> =>
    run(helmProgram(), [...args, '-n', 'shop', `--kubeconfig=${cluster.kubeconfig}`], { timeout: 30_000 })
  const report = async () => (await readRelease(client, 'shop', 'front'))!
  const drifted = async () =>
    (await report()).objects
      .filter(({ state }) => state !== 'same')
      .map(({ object, state, fields, reason }) => ({ name: `${object.kind} ${object.name}`, state, fields, reason }))

  beforeAll(async () => {
    cluster = await startKubernetes({ tokens: [{ token: 'nobody', user: 'nobody' }] })
    client = new ClusterClient({ name: 'main', kubeconfig: cluster.kubeconfig })
    folder = await mkdtemp(join(tmpdir(), 'akashic-chart-'))
    await mkdir(join(folder, 'templates'))
    for (const [name, text] of Object.entries(chart)) await writeFile(join(folder, name), text)
    await cluster.kubectl(['create', 'namespace', 'shop'])
    await helm('install', 'front', folder, '--set', 'db.password=hunter2,env[0].name=API_TOKEN,env[0].value=hunter2')
    await helm('upgrade', 'front', folder, '--reuse-values', '--set', 'image=web:2')
  }, 120_000)
  afterAll(async () => {
    await client?.close()
    await cluster?.stop()
    if (folder) await rm(folder, { recursive: true })
  })

  test('releases are listed with their status and revisions', async () => {
    const { releases, unread } = await readReleases(client, ['shop', 'default'])
    expect(unread).toEqual([])
    expect(releases).toMatchObject([
      {
        ...{ namespace: 'shop', name: 'front', revision: 2, status: 'deployed' },
        history: [
          { revision: 2, status: 'deployed' },
          { revision: 1, status: 'superseded' },
        ],
      },
    ])
    expect(Math.abs(releases[0]!.modifiedAt! - Date.now())).toBeLessThan(120_000)
  })

  test('a namespace whose Secrets may not be read is unknown, with the right that is missing', async () => {
    const nobody = new ClusterClient({ name: 'main', kubeconfig: cluster.kubeconfigFor('nobody') })
    const { releases, unread } = await readReleases(nobody, ['shop'])
    await nobody.close()
    expect(releases).toEqual([])
    expect(unread).toEqual([
      { namespace: 'shop', reason: 'needs tier secrets: list secrets in namespace shop' },
      { namespace: '', reason: 'the role lacks: list configmaps' },
    ])
  })

  test('a release is told with its history, hooks and values, and without its secrets', async () => {
    const release = await report()
    expect(release).toMatchObject({
      ...{ revision: 2, status: 'deployed', chart: 'web-1.2.0', appVersion: '7', description: 'Upgrade complete' },
      values: { image: 'web:2', db: { password: '(hidden)' }, env: [{ name: 'API_TOKEN', value: '(hidden)' }] },
      hooks: [{ name: 'before', kind: 'ConfigMap', events: ['pre-install', 'pre-upgrade'], phase: 'Succeeded' }],
    })
    expect(release.history.map(({ revision, chart, description }) => [revision, chart, description])).toEqual([
      [2, 'web-1.2.0', 'Upgrade complete'],
      [1, 'web-1.2.0', 'Install complete'],
    ])
    expect(JSON.stringify(release)).not.toMatch(/hunter2|aHVudGVyMg/)
  })

  test('releases that Helm keeps in ConfigMaps are read without the right to read Secrets', async () => {
    const env = { ...process.env, HELM_DRIVER: 'configmap' }
    const args = ['-n', 'shop', `--kubeconfig=${cluster.kubeconfig}`]
    await run(helmProgram(), ['install', 'side', folder, '--set', 'db.password=hunter2', ...args], {
      env,
      timeout: 30_000,
    })
    const { releases } = await readReleases(client, [])
    expect(releases).toMatchObject([
      { namespace: 'shop', name: 'side', keptIn: 'ConfigMap', revision: 1, status: 'deployed' },
    ])
    expect(await readRelease(client, 'shop', 'side', false)).toMatchObject({
      ...{ chart: 'web-1.2.0', description: 'Install complete', values: { db: { password: '(hidden)' } } },
      objects: expect.arrayContaining([expect.objectContaining({ state: 'same' })]),
    })
    expect(await readRelease(client, 'shop', 'front', false)).toBeNull()
    await run(helmProgram(), ['uninstall', 'side', ...args], { env, timeout: 30_000 })
  }, 60_000)

  test('a release that is not there is none', async () => {
    expect(await readRelease(client, 'shop', 'back')).toBeNull()
    expect(await readRelease(client, 'shop', 'front,owner=helm')).toBeNull()
  })

  test('nothing drifts until somebody changes it by hand', async () => {
    expect((await report()).objects).toHaveLength(4)
    expect(await drifted()).toEqual([])
    const image = { spec: { template: { spec: { containers: [{ name: 'app', image: 'web:3' }] } } } }
    await cluster.kubectl(['patch', '-n', 'shop', 'deployment/front', '-p', JSON.stringify(image)])
    await cluster.kubectl(['patch', '-n', 'shop', 'secret/front', '-p', '{"stringData":{"password":"hunter2too"}}'])
    await cluster.kubectl(['delete', 'clusterrole/front'])
    expect(await drifted()).toEqual(
      expect.arrayContaining([
        {
          ...{ name: 'Deployment front', state: 'drifted', reason: '' },
          fields: [{ path: 'spec.template.spec.containers[app].image', before: 'web:2', after: 'web:3' }],
        },
        {
          ...{ name: 'Secret front', state: 'drifted', reason: '' },
          fields: [{ path: 'data.password', before: '(hidden)', after: '(hidden)' }],
        },
        { name: 'ClusterRole front', state: 'missing', fields: [], reason: '' },
      ]),
    )
  })

  test('replicas that an autoscaler sets do not drift, and those that a person sets do', async () => {
    await cluster.kubectl(['scale', '-n', 'shop', 'deployment/front', '--replicas=3'])
    const replicas = { path: 'spec.replicas', before: '2', after: '3' }
    const fields = async () => (await drifted()).find(({ name }) => name === 'Deployment front')?.fields
    expect(await fields()).toContainEqual(replicas)
    await cluster.kubectl(['autoscale', '-n', 'shop', 'deployment/front', '--min=2', '--max=4', '--cpu=80%'])
    expect(await fields()).not.toContainEqual(replicas)
  })

  test('an upgrade that was killed is found, and the rollback that is proposed ends it', async () => {
    await helm('upgrade', 'front', folder, '--reuse-values', '--set', 'image=web:4')
    await leavePending(cluster, 3)
    const { releases } = await readReleases(client, ['shop'])
    expect(releases[0]).toMatchObject({ revision: 3, status: 'pending-upgrade' })
    await expect(helm('upgrade', 'front', folder)).rejects.toThrow('another operation')

    const [finding] = releaseFindings(aView(''), releases, Date.now())
    expect(finding).toMatchObject({ rule: 'helm-pending', reason: 'pending-upgrade' })
    const [, rollback] = finding!.remedies
    expect(rollback!.command).toBe('helm rollback front 2 -n shop')
    await run(helmProgram(), [...rollback!.command!.split(' ').slice(1), `--kubeconfig=${cluster.kubeconfig}`])
    expect((await readReleases(client, ['shop'])).releases[0]).toMatchObject({ revision: 4, status: 'deployed' })
  })
})

/** Leaves a revision as a helm does that was killed ten minutes ago: itself pending, and the one before deployed. */
async function leavePending(cluster: KubernetesCluster, revision: number): Promise<void> {
  const statuses = { [revision]: 'pending-upgrade', [revision - 1]: 'deployed' }
  for (const [version, status] of Object.entries(statuses)) {
    const path = `/api/v1/namespaces/shop/secrets/sh.helm.release.v1.front.v${version}`
    const { data } = await cluster.request('GET', path)
    const packed = Buffer.from(Buffer.from(data.release, 'base64').toString(), 'base64')
    const release = JSON.parse(gunzipSync(packed).toString())
    release.info.status = status
    const repacked = Buffer.from(gzipSync(JSON.stringify(release)).toString('base64')).toString('base64')
    const modifiedAt = String(Math.floor(Date.now() / 1_000) - 600)
    const patch = { metadata: { labels: { status, modifiedAt } }, data: { release: repacked } }
    await cluster.request('PATCH', path, patch, 'application/merge-patch+json')
  }
}
