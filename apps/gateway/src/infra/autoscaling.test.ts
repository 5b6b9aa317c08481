import { startGateway, type StartedGateway } from '../testing/start-gateway.ts'

let gateway: StartedGateway
beforeAll(async () => {
  gateway = await startGateway()
}, 60_000)
afterAll(() => gateway.stop())

const path = '/api/v1/infra/autoscaling'
const workload = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const shares = { p50: 1, p95: 2, p99: 3, max: 4 }
const advice = {
  ...{ rule: 'over-requested', severity: 'info', object: workload, part: 'app', summary: 'It asks for too much.' },
  evidence: [{ kind: 'field', object: workload, where: 'spec', quote: '1', at: null }],
  arithmetic: ['p95 100m × 1.15 = 120m'],
}
const report = {
  ...{ cluster: 'main', generatedAt: '2026-11-20T12:00:00.000Z', status: 'info', history: { days: 7, leastDays: 3 } },
  workloads: [
    {
      ...{ workload, status: 'info', replicas: 2, advice: [advice], managedBy: [] },
      containers: [
        {
          ...{ container: 'app', requests: { cpu: 1, memory: null }, limits: { cpu: null, memory: null }, unknown: '' },
          use: { container: 'app', minutes: 5_000, cpu: shares, memory: shares },
        },
      ],
    },
  ],
  ...{ workloadCount: 1, autoscalers: [], verticalAutoscalers: null, proposalCount: 1 },
  proposals: [
    {
      ...{ name: 'shop-deployment-web-resources', kind: 'resources', object: workload, title: 'Right-size it' },
      ...{ changes: ['1 -> 2'], arithmetic: [], warnings: [], managedBy: [], manifest: 'kind: Deployment\n' },
      ...{ dryRun: 'kubectl apply --dry-run=server', apply: null, undo: 'kubectl patch', insteadOf: null },
    },
  ],
  unknown: [{ what: 'what pods use now', reason: 'not found' }],
}

test('the audit of a cluster is asked for by name and namespace, and told as the service tells it', async () => {
  const asked: unknown[] = []
  gateway.infrastructure.scripts.getAutoscaling = async (request) => {
    asked.push(request)
    return { reportJson: JSON.stringify(report) }
  }
  const answer = await gateway.call('GET', `${path}?cluster=main&namespace=shop`)
  expect([answer.status, answer.body]).toEqual([200, report])
  expect((await gateway.call('GET', path)).status).toBe(200)
  expect(asked).toEqual([
    { cluster: 'main', namespace: 'shop' },
    { cluster: '', namespace: '' },
  ])
})

test('a query that is not known is refused', async () => {
  expect((await gateway.call('GET', `${path}?name=web`)).status).toBe(400)
})
