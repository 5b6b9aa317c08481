import { startGateway, type StartedGateway } from '../testing/start-gateway.ts'

let gateway: StartedGateway
beforeAll(async () => {
  gateway = await startGateway()
}, 60_000)
afterAll(() => gateway.stop())

const path = '/api/v1/infra/performance/report'
const at = '2026-11-20T12:00:00.000Z'
const span = { from: '2026-11-20T11:00:00.000Z', to: at }
const web = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const remedy = { title: 'Look', command: 'akashic why', changes: 'nothing', undo: null, isDestructive: false }
const unknown = { what: 'errors', reason: 'which requests failed is not told', howToGet: 'Give `failed`' }
const compared = { to: 'last_week', now: 3_200, then: null, times: null, unknown: 'it was not measured then' }
const about = { component: 'shop', source: 'prometheus', method: 'classic histogram', span }
const report = {
  ...{ generatedAt: at, window: span },
  summary: {
    ...{ status: 'warning', says: '1 of 1 components perform badly' },
    components: [
      {
        ...{ component: 'shop', status: 'warning', rate: { perSecond: 2, source: 'prometheus' }, errors: null },
        duration: { p95Ms: 3_200, isAtLeast: false, source: 'prometheus', method: 'classic histogram' },
        resources: [{ resource: 'memory', utilisation: 0.9, saturation: null, errors: 1 }],
      },
    ],
    deploys: [{ component: 'shop', at: null, unknown: 'no deploy of it is known of the last seven days' }],
  },
  findings: [
    {
      ...{ component: 'shop', rule: 'perf-slow-response', severity: 'warning', object: web, part: '' },
      ...{ reason: 'SlowResponse', summary: 'Slow.', remedies: [remedy], since: null },
      evidence: [{ kind: 'metric', object: web, where: 'p95', quote: '3.2 s', at }],
    },
  ],
  recommendations: [{ component: 'shop', because: 'Slow.', ...remedy, runbooks: [{ id: 'slow', title: 'Slow' }] }],
  detailedMetrics: {
    responseTimeMetrics: [
      {
        ...{ ...about, count: 7_200, p50Ms: 50, p95Ms: 3_200, p99Ms: null, meanMs: 80, atLeast: [] },
        ...{ comparisons: [{ ...compared, span: null }], unknown: [unknown] },
      },
    ],
    throughputMetrics: [{ ...about, count: 7_200, perSecond: 2, comparisons: [] }],
    errorMetrics: [{ ...about, ratio: null, perSecond: null, comparisons: [] }],
    resourceMetrics: [
      {
        ...{
          component: 'shop',
          resource: 'memory',
          source: 'usage',
          name: 'app',
          unit: 'bytes',
          used: 9,
          usedBy: 'web-1',
        },
        ...{ request: null, limit: 10, utilisation: 0.9, saturation: null, errors: 1, comparisons: [compared] },
        ...{
          memory: { pod: 'web-1', used: 9, isHigh: null, leak: { is: 'unknown', why: 'too short' }, fullInMs: null },
          unknown: [],
        },
      },
    ],
    outOfMemory: [
      { kind: 'heap', workload: web, pod: web, container: 'app', at, says: 'Its heap ran full.', remedies: [remedy] },
    ],
  },
  unknown: [{ component: 'shop', ...unknown }],
}

test('the report is read whole or for one component', async () => {
  const asked: unknown[] = []
  gateway.infrastructure.scripts.getPerformance = async (request) => {
    asked.push(request)
    return { reportJson: JSON.stringify(report) }
  }
  const { status, body } = await gateway.call('GET', path)
  expect([status, body]).toEqual([200, report])
  expect((await gateway.call('GET', `${path}?component=shop`)).status).toBe(200)
  expect(asked).toEqual([{ component: '' }, { component: 'shop' }])
})

test('what it does not know is refused', async () => {
  expect((await gateway.call('GET', `${path}?window=1h`)).status).toBe(400)
})
