import { parseAllDocuments } from 'yaml'
import { akashic } from '../testing/a-session.ts'
import { startFakeServer, type FakeServer } from '../testing/fake-server.ts'
import type { AuditedWorkload, AutoscaleReport, ScalingAdvice, ScalingProposal } from './autoscale-report.ts'

const mebi = 2 ** 20
const web = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const shares = (value: number) => ({ p50: value, p95: value, p99: value, max: value })
const aWorkload = (partial: Partial<AuditedWorkload> = {}): AuditedWorkload => ({
  ...{ workload: web, status: 'healthy', replicas: 3, advice: [] },
  containers: [
    {
      ...{ container: 'app', unknown: '', limits: { cpu: null, memory: 1_024 * mebi } },
      requests: { cpu: 0.5, memory: 512 * mebi },
      use: { cpu: shares(0.45), memory: shares(400 * mebi) },
    },
  ],
  ...partial,
})
const unmeasured = aWorkload({
  ...{ workload: { ...web, name: 'new' }, status: 'unknown' },
  containers: [{ ...aWorkload().containers[0]!, use: null, unknown: 'it was not measured yet: wait 3 d more' }],
})
const advice = (severity: ScalingAdvice['severity'], summary: string): ScalingAdvice => ({
  ...{ rule: 'hpa-at-max', severity, object: { ...web, kind: 'HorizontalPodAutoscaler' }, summary },
  arithmetic: ['3 pods - 3 = 0'],
})
const aProposal = (partial: Partial<ScalingProposal> = {}): ScalingProposal => {
  const name = partial.name ?? 'shop-deployment-web-resources'
  return {
    ...{ name, title: 'Right-size Deployment shop/web', arithmetic: ['p95 100m × 1.15 = 120m'], managedBy: [] },
    ...{ changes: ['app requests.cpu: 1000m -> 120m'], warnings: ['It starts a rollout.'] },
    manifest: 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n',
    dryRun: `kubectl apply --server-side --dry-run=server -f ${name}.yaml`,
    apply: `kubectl apply --server-side -f ${name}.yaml`,
    undo: "kubectl patch -n shop deployment/web -p '{}'",
    insteadOf: null,
    ...partial,
  }
}
const aReport = (partial: Partial<AutoscaleReport> = {}): AutoscaleReport => ({
  ...{ cluster: 'main', status: 'healthy', history: { days: 7, leastDays: 3 } },
  ...{ workloads: [aWorkload()], workloadCount: 1, autoscalers: [], verticalAutoscalers: null },
  ...{ proposals: [], proposalCount: 0, unknown: [] },
  ...partial,
})
const anAutoscaler = (all: readonly ScalingAdvice[]) => ({
  ...{ autoscaler: { ...web, kind: 'HorizontalPodAutoscaler' }, target: web },
  ...{ minReplicas: 2, maxReplicas: 5, currentReplicas: 3, advice: all },
})

let server: FakeServer
const answers: Record<string, unknown> = {}
const path = 'GET /api/v1/infra/autoscaling'
beforeEach(async () => {
  for (const name of Object.keys(answers)) delete answers[name]
  server = await startFakeServer(answers)
})
afterEach(() => server.stop())
const audit = (...argv: readonly string[]) =>
  akashic(['autoscale', 'audit', ...argv], { env: { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' } })

test('what is sized and scaled well is told with its use of what it asks for', async () => {
  answers[path] = aReport()
  const { code, stdout } = await audit()
  expect(code).toBe(0)
  expect(stdout).toMatch(/^● main is sized and scaled well\n/)
  expect(stdout).toMatch(/● healthy +Deployment shop\/web +3 +app +450m of 500m, 90 % +400Mi of 512Mi, 78 %/)
  expect(stdout).not.toContain('Proposals')
})

test.each([
  ['critical', 4],
  ['warning', 3],
  ['info', 0],
] as const)('%s has an exit code, and comes with its sum; the worst first', async (status, expected) => {
  const all = [advice('info', 'It could be better.'), ...(status === 'info' ? [] : [advice(status, 'It is wrong.')])]
  answers[path] = aReport({ status, autoscalers: [anAutoscaler(all)] })
  const { code, stdout } = await audit()
  expect(code).toBe(expected)
  if (status !== 'info')
    expect(stdout).toMatch(/^\S 1 thing is wrong .*, and 1 thing could be better\n +\S .*It is wrong/)
  expect(stdout).toContain('HorizontalPodAutoscaler shop/web: It could be better.\n      3 pods - 3 = 0\n')
  expect(stdout).toMatch(/HorizontalPodAutoscaler shop\/web +Deployment web +3 pods, from 2 to 5/)
})

test('what was not measured is a question mark, with why and how long to wait', async () => {
  const unknown = [{ what: 'what pods use now', reason: 'metrics.k8s.io: not found' }]
  answers[path] = aReport({ status: 'unknown', workloads: [unmeasured], unknown })
  const { code, stdout } = await audit()
  expect(code).toBe(5)
  expect(stdout).toMatch(/\? unknown +Deployment shop\/new +3 +app +\? of 500m +\? of 512Mi/)
  expect(stdout).toContain('? Unknown: what pods use now (metrics.k8s.io: not found)')
  expect(stdout).toContain('? Unknown: how much 1 container should ask for (it was not measured yet: wait 3 d more)')
})

describe('a proposal', () => {
  const managed = aProposal({
    ...{ name: 'shop-deployment-api-resources', apply: null, managedBy: ['Argo CD keeps it as application shop.'] },
  })
  beforeEach(() => {
    answers[path] = aReport({ proposals: [aProposal(), managed], proposalCount: 2 })
  })

  test('is told with what it changes, who keeps the object, and how to see and try it', async () => {
    const { stdout } = await audit('-n', 'shop')
    expect(stdout).toContain('app requests.cpu: 1000m -> 120m')
    expect(stdout).toContain('▲ Argo CD keeps it as application shop.')
    expect(stdout).toContain('akashic autoscale audit -n shop --manifest shop-deployment-web-resources\n')
    expect(stdout).toContain(
      'akashic autoscale audit -n shop --manifest | kubectl apply --server-side --dry-run=server -f -\n',
    )
  })

  test('is printed as YAML for kubectl, with its sums and the way back as comments', async () => {
    const { code, stdout } = await audit('--manifest', 'shop-deployment-web-resources')
    expect(code).toBe(0)
    expect(parseAllDocuments(stdout).map((each) => each.toJS() as unknown)).toEqual([
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } },
    ])
    for (const line of [
      'p95 100m × 1.15 = 120m',
      'It starts a rollout.',
      "kubectl patch -n shop deployment/web -p '{}'",
    ])
      expect(stdout).toContain(`#   ${line}\n`)
  })

  test('of an object that somebody keeps is left out of all, and it is said', async () => {
    const { stdout } = await audit('--manifest')
    expect(parseAllDocuments(stdout).filter(({ contents }) => contents !== null)).toHaveLength(1)
    expect(stdout).toContain('# Left out: shop-deployment-api-resources. Argo CD keeps it as application shop.')
    expect((await audit('--manifest', 'shop-deployment-api-resources')).stdout).not.toContain('# Apply:')
  })

  test('instead of another is left out of all, and printed where it is named', async () => {
    const name = 'shop-verticalpodautoscaler-web-vpa'
    const other = aProposal({ name, insteadOf: 'shop-deployment-web-resources', manifest: 'kind: VPA' })
    answers[path] = aReport({ proposals: [aProposal(), other], proposalCount: 2 })
    const { stdout } = await audit('--manifest')
    expect(stdout).not.toContain('kind: VPA')
    expect(stdout).toContain(
      `# Left out: ${name}. It is instead of shop-deployment-web-resources: --manifest ${name} prints it.`,
    )
    expect((await audit('--manifest', name)).stdout).toContain('kind: VPA')
  })

  test('that says what would be YAML of its own stays a comment', async () => {
    const warnings = ['it does not answer:\nspec: { replicas: 0 }\u2028kind: Secret']
    answers[path] = aReport({ proposals: [aProposal({ warnings })], proposalCount: 1 })
    const { stdout } = await audit('--manifest')
    expect(parseAllDocuments(stdout).map((each) => each.toJS() as unknown)).toEqual([
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } },
    ])
  })

  test('that there is not is an error that names those that there are', async () => {
    const { code, stdout, stderr } = await audit('--manifest', 'nothing')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/proposal nothing: there is none of this name[\s\S]*shop-deployment-web-resources/)
  })
})

test('as JSON the report is as the server gave it', async () => {
  const report = aReport({ status: 'warning' })
  answers[path] = report
  const { code, stdout } = await audit('--json', '--cluster', 'main')
  expect(code).toBe(3)
  expect(JSON.parse(stdout)).toEqual(report)
})
