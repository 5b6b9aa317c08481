import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  controlPlaneProgram,
  describeReal,
  helmProgram,
  startKubernetes,
  type KubernetesCluster,
} from '@akashic/testbed'
import { akashic } from '../testing/a-session.ts'

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'akashic-chart-'))
})
afterAll(() => rm(cwd, { recursive: true }))

const deployment = (replicas: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: app, image: "{{ .Values.image }}" }] } }
---
apiVersion: v1
kind: Secret
metadata: { name: web }
stringData: { password: "{{ .Values.password }}" }
`

async function aChart(name: string, template: string): Promise<string> {
  await mkdir(join(cwd, name, 'templates'), { recursive: true })
  await writeFile(join(cwd, name, 'Chart.yaml'), `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`)
  await writeFile(join(cwd, name, 'values.yaml'), 'image: web:1\npassword: hunter2\n')
  await writeFile(join(cwd, name, 'templates', 'web.yaml'), template)
  return name
}

test('without Helm nothing could be tried, and how to get it is said', async () => {
  const { code, stderr } = await akashic(['helm', 'check', 'x', '--helm', '/nowhere/helm'], { cwd })
  expect(code).toBe(2)
  expect(stderr).toContain('Install Helm')
})

describeReal('helm', () => {
  let cluster: KubernetesCluster
  let kubectl: string
  beforeAll(async () => {
    cluster = await startKubernetes({ tokens: [{ token: 'nobody', user: 'nobody' }] })
    kubectl = join(cwd, 'kubectl')
    await writeFile(kubectl, `#!/bin/sh\nexec '${controlPlaneProgram()}' kubectl "$@"\n`)
    await chmod(kubectl, 0o755)
  }, 60_000)
  afterAll(() => cluster?.stop())

  const check = (chart: string, ...more: readonly string[]) =>
    akashic(
      [
        'helm',
        'check',
        chart,
        '--helm',
        helmProgram(),
        '--kubectl',
        kubectl,
        '--kubeconfig',
        cluster.kubeconfig,
        '-n',
        'default',
        ...more,
      ],
      {
        cwd,
        env: { HOME: cwd, PATH: process.env['PATH'] ?? '' },
      },
    )

  test('a chart that is well passes all three, and its secrets are not shown', async () => {
    const { code, stdout } = await check(await aChart('good', deployment('2')))
    expect(stdout).toMatch(/^● good: nothing speaks against it\n/)
    expect(stdout).toContain('renders 2 objects: 1 Secret, 1 Deployment')
    expect(stdout).toContain('the cluster would take it')
    expect(stdout).not.toContain('hunter2')
    expect(code).toBe(0)
    expect((await cluster.request('GET', '/apis/apps/v1/namespaces/default/deployments')).items).toEqual([])
  }, 60_000)

  test('what the cluster would refuse is said in its words', async () => {
    const { code, stdout } = await check(await aChart('refused', deployment('two')))
    expect(code).toBe(1)
    expect(stdout).toMatch(/^✖ refused: it should not be installed/)
    expect(stdout).toMatch(/✖ dry run {3}the cluster would refuse it[\s\S]*replicas/)
  }, 60_000)

  test('a template that is broken goes no further than lint', async () => {
    const { code, stdout } = await check(await aChart('broken', '{{ .Values.image '))
    expect(code).toBe(1)
    expect(stdout).toMatch(/✖ lint/)
    expect(stdout).not.toContain('dry run')
  }, 60_000)

  describe('of a release that there is', () => {
    const token = (value: string): string =>
      `apiVersion: v1\nkind: Secret\nimmutable: true\nmetadata: { name: token }\nstringData: { token: "${value}" }\n`
    const wanted = 'opensesame'
    const secrets = new RegExp(`${wanted}|${Buffer.from(wanted).toString('base64')}`)

    const half =
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: half }\nrules: [{ apiGroups: ["*"], resources: ["*"], verbs: [get, list, create] }]\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: { name: half }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: half }\nsubjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: nobody }]\n'
    const tell = (ran: { readonly stdout: string; readonly stderr: string }) => ran.stdout + ran.stderr

    beforeAll(async () => {
      await aChart('vault', token('before'))
      const install = ['install', 'vault', join(cwd, 'vault'), '--kubeconfig', cluster.kubeconfig, '-n', 'default']
      await promisify(execFile)(helmProgram(), install, { env: { HOME: cwd }, timeout: 60_000 })
      await aChart('vault', token(wanted))
    }, 60_000)

    test('a change that is refused is said without the secrets that it would have changed', async () => {
      const ran = await check('vault', '--release', 'vault')
      expect(ran.code).toBe(1)
      expect(ran.stdout).toMatch(/the cluster would refuse it[\s\S]*immutable/)
      expect(tell(ran)).not.toMatch(secrets)
    }, 60_000)

    test('a change that one may not make is unknown, without the secrets either', async () => {
      await cluster.apply(half)
      const nobody = ['--kubeconfig', cluster.kubeconfigFor('nobody')]
      const [ran, json] = [
        await check('vault', '--release', 'vault', ...nobody),
        await check('vault', '--release', 'vault', '--json', ...nobody),
      ]
      await cluster.kubectl(['delete', 'clusterrolebinding', 'half'])
      expect(ran.code).toBe(2)
      expect(ran.stdout).toMatch(/cannot patch resource/)
      expect(tell(ran) + tell(json)).not.toMatch(secrets)
    }, 60_000)
  })

  test('what a policy of the cluster forbids is refused, not unknown', async () => {
    const restricted = 'pod-security.kubernetes.io/enforce: restricted'
    await cluster.apply(`apiVersion: v1\nkind: Namespace\nmetadata: { name: strict, labels: { ${restricted} } }`)
    await cluster.apply('apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: tool, namespace: strict }')
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: { name: tool }\nspec: { serviceAccountName: tool, containers: [{ name: tool, image: tool, securityContext: { privileged: true } }] }\n'
    const { code, stdout } = await check(await aChart('forbidden', pod), '-n', 'strict')
    expect(code).toBe(1)
    expect(stdout).toMatch(/✖ dry run {3}the cluster would refuse it[\s\S]*violates PodSecurity/)
  }, 60_000)

  test('without the right to try it nothing is said of the chart', async () => {
    const nobody = ['--kubeconfig', cluster.kubeconfigFor('nobody')]
    const { code, stdout } = await check(await aChart('good', deployment('2')), ...nobody)
    expect(code).toBe(2)
    expect(stdout).toMatch(/\? dry run {3}the cluster cannot be asked/)
  }, 60_000)

  test('without kubectl it is not said that the cluster would take it', async () => {
    const { code, stdout } = await check(await aChart('refused', deployment('two')), '--kubectl', '/nowhere/kubectl')
    expect(code).toBe(2)
    expect(stdout).toMatch(/\? dry run .*kubectl, which is not here/)
  }, 60_000)

  test('a cluster that is away leaves the dry run unknown', async () => {
    await writeFile(
      join(cwd, 'away'),
      'apiVersion: v1\nkind: Config\nclusters: [{ name: c, cluster: { server: "http://127.0.0.1:1" } }]\ncontexts: [{ name: c, context: { cluster: c, user: c } }]\nusers: [{ name: c, user: {} }]\ncurrent-context: c\n',
    )
    const { code, stdout } = await check(await aChart('good', deployment('2')), '--kubeconfig', 'away', '--json')
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'unknown',
      steps: [{ status: 'healthy' }, { status: 'healthy' }, { name: 'dry run', status: 'unknown' }],
    })
  }, 60_000)
})
