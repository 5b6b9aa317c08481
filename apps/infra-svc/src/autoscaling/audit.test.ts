import { ago } from '../testing/a-look.ts'
import { anAudit, aUse, rulesOf, spread, usedBy } from './testing/an-audit.ts'
import { budget, hpa, node, running, web } from './testing/manifests.ts'

const workload = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const fitting = { 'Deployment shop/web': usedBy([aUse(spread(0.3, 0.45), spread(200, 400))]) }
const told = (manifests: string, given: Parameters<typeof anAudit>[1] = {}) =>
  rulesOf(anAudit(node() + manifests, { uses: fitting, ...given }))

test('a workload that is sized and scaled well is left alone', () => {
  const { workloads, autoscalers, proposals } = anAudit(node() + web() + hpa() + budget('minAvailable: 2'), {
    uses: fitting,
  })
  expect(workloads[0]).toMatchObject({ workload, advice: [], containers: [{ unknown: '', use: { minutes: 10_000 } }] })
  expect(autoscalers[0]).toMatchObject({ target: workload, advice: [] })
  expect(proposals).toEqual([])
})

describe('a workload', () => {
  test('whose use was measured for too short a time is unknown, and it is said how long to wait', () => {
    const short = usedBy([aUse(spread(0.01), spread(10), { minutes: 600 })])
    const { workloads, proposals } = anAudit(web(), { uses: { 'Deployment shop/web': short } })
    expect(workloads[0]).toMatchObject({
      advice: [],
      containers: [{ use: null, unknown: '10 h 0 min of it were measured: wait 2 d 14 h more' }],
    })
    expect(proposals).toEqual([])
    const unmeasured = 'metrics.k8s.io: not found'
    const why = (uses: Parameters<typeof anAudit>[1]) =>
      anAudit(web(), { ...uses, unmeasured }).workloads[0]!.containers[0]!.unknown
    expect(why({})).toBe(unmeasured)
    expect(why({ uses: { 'Deployment shop/web': short } })).toBe(
      '10 h 0 min of it were measured, and no more now: metrics.k8s.io: not found',
    )
  })

  test('without requests is told of them at once, and of the amounts when they are known', () => {
    const bare = web({ resources: '{}' })
    expect(anAudit(bare).workloads[0]!.advice).toMatchObject([
      {
        rule: 'requests-missing',
        summary: 'Container app has no request for cpu and memory; how much it needs is not known yet.',
      },
    ])
    expect(anAudit(bare, { uses: fitting }).proposals).toMatchObject([
      {
        kind: 'resources',
        changes: [
          'app requests.cpu: not set -> 520m',
          'app requests.memory: not set -> 464Mi',
          'app limits.memory: not set -> 608Mi',
        ],
      },
    ])
  })

  test('is judged by what its pods were admitted with: the defaults of a LimitRange are requests', () => {
    expect(told(web({ resources: '{}' }) + running + hpa())).toEqual([])
    const injected = running.replace('containers: [', 'containers: [{ name: mesh, image: mesh }, ')
    expect(told(web({ resources: '{}' }) + injected + hpa())).toEqual(['hpa-missing-request web'])
  })

  test('is not judged while it cannot be seen what sets its replicas and requests', () => {
    const wasteful = { 'Deployment shop/web': usedBy([aUse(spread(0.01), spread(10))], spread(0.5, 1.8, 1.8, 2.4)) }
    const seen = anAudit(node() + web(), { uses: wasteful, vpas: [] })
    expect(seen.proposals.map(({ kind }) => kind)).toEqual(['resources', 'hpa'])
    const unseen = 'VerticalPodAutoscaler objects cannot be read: not allowed'
    expect(anAudit(node() + web(), { uses: wasteful, unseen })).toMatchObject({
      workloads: [{ advice: [], containers: [{ use: { minutes: 10_000 }, unknown: unseen }] }],
      proposals: [],
    })
  })

  test('that runs nothing now is not judged', () => {
    expect(told(web({ resources: '{}', replicas: 0 }))).toEqual([])
  })

  test('of another namespace than is asked for is not told', () => {
    expect(told(web({ resources: '{}' }), { namespace: 'lab' })).toEqual([])
    expect(told(web({ resources: '{}' }), { namespace: 'shop' })).toEqual([
      'requests-missing web',
      'memory-limit-missing web',
    ])
  })
})

describe('what turns', () => {
  const rescale = (size: number, at: number, count = 1) => `
apiVersion: v1
kind: Event
metadata: { name: e${at}, namespace: shop }
involvedObject: { kind: HorizontalPodAutoscaler, namespace: shop, name: web, uid: hpa-web }
type: Normal
reason: SuccessfulRescale
message: 'New size: ${size}; reason: cpu resource utilization (percentage of request) above target'
count: ${count}
firstTimestamp: '${ago(at)}'
lastTimestamp: '${ago(at - (count > 1 ? 900 : 0))}'
---`
  const events = (...sizes: readonly number[]) => sizes.map((size, at) => rescale(size, 3_000 - at * 300)).join('')

  test('up and down again and again is flapping, and is to wait longer', () => {
    const { autoscalers, proposals } = anAudit(node() + web() + hpa() + events(3, 6, 3, 7, 4), { uses: fitting })
    expect(autoscalers[0]!.advice).toMatchObject([
      {
        rule: 'hpa-flapping',
        summary: expect.stringContaining('turned at least 3 times'),
        evidence: expect.arrayContaining([expect.objectContaining({ where: 'SuccessfulRescale' })]),
      },
    ])
    expect(proposals).toMatchObject([
      {
        changes: expect.arrayContaining(['behavior.scaleDown.stabilizationWindowSeconds: 300 -> 600']),
      },
    ])
  })

  test('is seen too where the API server counts events that say the same as one', () => {
    const counted = rescale(6, 2_000, 3) + rescale(3, 1_900, 2)
    expect(told(web() + hpa() + counted)).toEqual(['hpa-flapping web'])
    expect(told(web() + hpa() + rescale(6, 2_000, 2) + rescale(3, 1_900))).toEqual([])
  })

  test('a day’s rise and fall is not, nor what was long ago', () => {
    expect(told(web() + hpa() + events(3, 5, 8, 10, 7, 4))).toEqual([])
    const long = [3, 6, 3, 7, 4].map((size, at) => rescale(size, 9_000 - at * 300)).join('')
    expect(told(web() + hpa() + long)).toEqual([])
  })
})
