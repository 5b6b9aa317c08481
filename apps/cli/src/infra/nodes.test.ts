import { akashic } from '../testing/a-session.ts'
import { startFakeServer, type FakeServer } from '../testing/fake-server.ts'
import type { NodesReport } from './infra.ts'

type NodeReport = NodesReport['nodeReports'][number]
const aNode = (partial: Partial<NodeReport> = {}): NodeReport => ({
  ...{ nodeName: 'worker-1', status: 'healthy', podCount: 7, issues: [], unknown: [] },
  resourceUsage: { cpu: { ratio: 0.42, status: 'ok' }, memory: { ratio: 0.5, status: 'ok' } },
  diskUsage: { ratio: 0.3, status: 'ok' },
  ...partial,
})
const aReport = (partial: Partial<NodesReport> = {}): NodesReport => ({
  ...{ cluster: 'main', generatedAt: '2030-01-01T00:00:00.000Z', clusterHealth: 'healthy' },
  ...{ nodeReports: [aNode()], recommendedActions: [] },
  ...partial,
})
const lost = aNode({
  ...{ nodeName: 'worker-2', status: 'critical' },
  issues: [{ severity: 'critical', description: 'its kubelet stopped reporting', impact: 'pods cannot start' }],
})
const unmeasured = aNode({
  ...{ nodeName: 'worker-3', status: 'unknown', unknown: ['metrics: 404, no metrics server'] },
  resourceUsage: { cpu: { ratio: null, status: 'unknown' }, memory: { ratio: null, status: 'unknown' } },
})
const path = 'GET /api/v1/infra/clusters/main/nodes'

let server: FakeServer
const answers: Record<string, unknown> = {}
beforeEach(async () => {
  for (const name of Object.keys(answers)) delete answers[name]
  answers['GET /api/v1/infra/clusters'] = { items: [{ name: 'main' }] }
  server = await startFakeServer(answers)
})
afterEach(() => server.stop())
const nodes = (...argv: readonly string[]) =>
  akashic(['nodes', ...argv], { env: { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' } })

test('nodes that are well are told with their use', async () => {
  answers[path] = aReport()
  const { code, stdout } = await nodes()
  expect(code).toBe(0)
  expect(stdout).toMatch(/^● All 1 nodes of main are well\n/)
  expect(stdout).toMatch(/● healthy +worker-1 +42 % +50 % +30 % +7/)
})

test('what is wrong comes with what to do, and by the exit code', async () => {
  answers[path] = aReport({
    ...{ clusterHealth: 'critical', nodeReports: [lost, aNode()], recommendedActions: ['Look at worker-2.'] },
  })
  const { code, stdout } = await nodes()
  expect(code).toBe(4)
  expect(stdout).toMatch(/^✖ 1 of 2 nodes of main/)
  expect(stdout).toMatch(/✖ critical +worker-2 .*its kubelet stopped reporting/)
  expect(stdout).toContain('What to do:\n  - Look at worker-2.\n')
})

test('what was not measured is a question mark, never zero', async () => {
  answers[path] = aReport({ clusterHealth: 'unknown', nodeReports: [unmeasured] })
  const { code, stdout } = await nodes()
  expect(code).toBe(5)
  expect(stdout).toMatch(/\? unknown +worker-3 +\? +\? +30 % +7 +metrics: 404/)
  expect(stdout).not.toMatch(/worker-3 +0 %/)
})

test('warnings have an exit code of their own', async () => {
  answers[path] = aReport({ clusterHealth: 'warning', nodeReports: [aNode({ status: 'warning' })] })
  expect((await nodes()).code).toBe(3)
})

test('as JSON the report is as the server gave it, with the same exit code', async () => {
  const report = aReport({ clusterHealth: 'critical', nodeReports: [lost] })
  answers[path] = report
  const { code, stdout } = await nodes('--json')
  expect(code).toBe(4)
  expect(JSON.parse(stdout)).toEqual(report)
})

test('without a name one of several clusters is not guessed, and how to name it is said', async () => {
  answers['GET /api/v1/infra/clusters'] = { items: [{ name: 'main' }, { name: 'spare' }] }
  const { code, stderr } = await nodes()
  expect(code).toBe(1)
  expect(stderr).toMatch(/there are several: main, spare[\s\S]*nodes --cluster main/)
})

test('without any cluster it is said how to connect one', async () => {
  answers['GET /api/v1/infra/clusters'] = { items: [] }
  const { code, stderr } = await nodes()
  expect(code).toBe(1)
  expect(stderr).toMatch(/no cluster is configured[\s\S]*KUBECONFIG/)
})
