import { ClusterError } from '@akashic/kubernetes'
import { migrate } from '@akashic/shared/migrations'
import { testDatabase, type TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { migrations } from '../module.ts'
import { ago, aView, now } from '../testing/a-look.ts'
import { keepUsage } from '../usage/keep-usage.ts'
import { showAudit } from './show-audit.ts'
import { customMetrics, hpa, node, running, vpaApi, web } from './testing/manifests.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
  await migrate(database.url, { ...migrations, log: pino({ level: 'silent' }) })
}, 60_000)
afterAll(() => database.close())

const minuteMs = 60_000
const shop = '\napiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---'
const started = `status: { phase: Running, containerStatuses: [{ name: app, state: { running: { startedAt: '${ago(9_000)}' } } }] }`
const manifests = `${shop}${node()}${web()}${running.replace('status: { phase: Running }', started)}${customMetrics}`
const notFound = new ClusterError('not_found', 'GET: not found')
const vpas = '/apis/autoscaling.k8s.io/v1/verticalpodautoscalers?limit=500'
const served = '/apis/custom.metrics.k8s.io/v1beta1/namespaces/shop/pods/*/ai_requests_per_second'

const withVpas = () => aView(manifests + hpa() + vpaApi)

/** What the API server answers by path; all else is not found. */
type Answers = Readonly<Record<string, unknown>>

async function show({ answers = {}, view = aView(manifests + hpa()), namespace = '' }: Given = {}) {
  const get = async (path: string) => {
    const answer = answers[path] ?? notFound
    if (answer instanceof Error) throw answer
    return answer
  }
  const settings = {
    ...{ history: 7 * 86_400_000, leastHistory: 10 * minuteMs, cpuTarget: 60, memoryTarget: 70 },
    podsMetrics: [{ name: 'ai_requests_per_second', averageValue: '5' }],
  }
  return showAudit(
    {
      ...{ db: database.db, settings: () => settings, components: async () => [] },
      clock: { now: () => now } as never,
      ...{ databases: { all: () => [] } as never, clusters: { all: () => [] } },
    },
    { name: 'main', model: view, client: { get } as never },
    namespace,
  )
}
interface Given {
  readonly answers?: Answers
  readonly view?: ReturnType<typeof aView>
  readonly namespace?: string
}

/** Ten minutes in which the pod of the Deployment used hardly anything. */
async function measure(minutes = 10, items?: Error): Promise<void> {
  for (let minute = minutes; minute > 0; minute--) {
    const atMs = now - minute * minuteMs
    const containers = [{ name: 'app', usage: { cpu: '10m', memory: '20Mi' } }]
    const metadata = { namespace: 'shop', name: 'web-1-a' }
    const stream = async () => {
      if (items) throw items
      const measured = { metadata, timestamp: new Date(atMs).toISOString(), window: '15s', containers }
      return [Buffer.from(JSON.stringify({ items: [measured] }))]
    }
    const cluster = { name: 'main', model: aView(manifests), client: { stream } } as never
    await keepUsage({ db: database.db, replicaId: 'a' }, cluster, atMs)
  }
}

const unknownOf = async (given: Given) => (await show(given)).unknown.map(({ what, reason }) => `${what}: ${reason}`)

test('before anything was measured the use is unknown, and so is the whole', async () => {
  const { workloads, status, unknown, proposals } = await show()
  expect(workloads).toMatchObject([
    { status: 'unknown', containers: [{ use: null, unknown: 'the cluster was not asked yet what its pods use' }] },
  ])
  expect([status, unknown, proposals]).toEqual(['unknown', [], []])
})

describe('of a cluster that was measured', () => {
  beforeAll(() => measure())

  test('what is asked for too much is told, with a proposal', async () => {
    const { workloads, proposals, verticalAutoscalers } = await show()
    expect(workloads).toMatchObject([{ status: 'info', advice: [{ rule: 'over-requested' }] }])
    expect(proposals.map(({ kind }) => kind)).toEqual(['resources'])
    expect(verticalAutoscalers).toBeNull()
    expect((await show({ answers: { [vpas]: { items: [] } }, view: withVpas() })).verticalAutoscalers).toEqual([])
  })

  test('nothing is judged or proposed while VerticalPodAutoscalers cannot be read', async () => {
    const refused = new ClusterError('forbidden', 'no', { missingPermission: 'list verticalpodautoscalers' })
    for (const answer of [refused, notFound, { items: 'many' }]) {
      const { workloads, proposals, unknown, status } = await show({ answers: { [vpas]: answer }, view: withVpas() })
      expect(workloads[0]).toMatchObject({
        advice: [],
        containers: [{ use: { minutes: 10 }, unknown: expect.any(String) }],
      })
      expect([proposals, status, unknown.map(({ what }) => what)]).toEqual([
        ...[[], 'unknown'],
        ['VerticalPodAutoscaler objects'],
      ])
    }
  })

  test('nor while HorizontalPodAutoscalers may not be read', async () => {
    const view = aView(manifests)
    const missingPermission = 'list horizontalpodautoscalers'
    view.setFreshness('HorizontalPodAutoscaler', { state: 'unknown', reason: 'not allowed', missingPermission })
    const { workloads, proposals, status } = await show({ view })
    expect([workloads[0]!.advice, proposals, status]).toEqual([[], [], 'unknown'])
  })

  test('pages of VerticalPodAutoscalers are read to their end', async () => {
    const item = (name: string) => ({
      metadata: { name, namespace: 'shop' },
      spec: { targetRef: { kind: 'Deployment', name: 'web' }, updatePolicy: { updateMode: 'Off' } },
    })
    const answers = {
      [vpas]: { items: [item('a')], metadata: { continue: 'more' } },
      [`${vpas}&continue=more`]: { items: [item('b')] },
    }
    expect(
      (await show({ answers, view: withVpas() })).verticalAutoscalers!.map(({ autoscaler }) => autoscaler.name),
    ).toEqual(['a', 'b'])
  })

  test('a metric of pods is taken as served only where the API says so, and as unknown where it does not answer', async () => {
    const list = { items: [{ describedObject: { name: 'web-1-a' } }] }
    const rules = async (answers: Answers) => (await show({ answers })).autoscalers[0]!.advice.map(({ rule }) => rule)
    expect(await rules({ [served]: list })).toEqual(['hpa-metric-unused'])
    expect(await rules({})).toEqual([])
    expect(await unknownOf({})).toEqual([])
    const away = new ClusterError('timeout', 'GET took longer than 6000 ms')
    expect(await unknownOf({ answers: { [served]: away } })).toEqual([
      'which metrics of pods are served: GET took longer than 6000 ms',
    ])
  })

  test('that it is not measured now is unknown, and what was measured stands', async () => {
    await measure(1, new ClusterError('server', 'GET was answered 503'))
    const { unknown, workloads } = await show()
    expect(unknown).toEqual([{ what: 'what pods use now', reason: 'metrics.k8s.io: GET was answered 503' }])
    expect(workloads[0]!.containers[0]!.use).not.toBeNull()
  })
})

test('what scales or sizes a kind that is not read is unknown, and not well', async () => {
  const rollout = hpa().replace(
    'apiVersion: apps/v1, kind: Deployment',
    'apiVersion: argoproj.io/v1alpha1, kind: Rollout',
  )
  const size = {
    metadata: { name: 'size', namespace: 'shop' },
    spec: { targetRef: { kind: 'Rollout', name: 'web' }, updatePolicy: { updateMode: 'Off' } },
  }
  const view = aView(`${shop}${node()}${rollout}${vpaApi}`)
  const report = await show({ view, answers: { [vpas]: { items: [size] } } })
  expect(report.unknown).toEqual(
    expect.arrayContaining([
      { what: 'how HorizontalPodAutoscaler shop/web does', reason: 'Rollout shop/web is of a kind that is not read' },
      { what: 'how VerticalPodAutoscaler shop/size does', reason: 'Rollout shop/web is of a kind that is not read' },
    ]),
  )
  expect(report.status).toBe('unknown')
})

test('a namespace that there is not is an error', async () => {
  await expect(show({ namespace: 'nowhere' })).rejects.toThrow('There is no namespace nowhere.')
  await expect(show({ namespace: '../x' })).rejects.toThrow(/namespace/)
})
