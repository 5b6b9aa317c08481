import { ago } from '../../testing/a-look.ts'
import type { PoolRoom } from '../../database/pool-room.ts'
import { anAudit, aUse, rulesOf, spread, usedBy } from '../testing/an-audit.ts'
import { budget, customMetrics, hpa, node, running, share, web } from '../testing/manifests.ts'

const workload = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const fitting = { 'Deployment shop/web': usedBy([aUse(spread(0.3, 0.45), spread(200, 400))]) }
const told = (manifests: string, given: Parameters<typeof anAudit>[1] = {}) =>
  rulesOf(anAudit(node() + manifests, { uses: fitting, ...given }))
const bareContainer = "{ name: side, image: 'side:1' }"
const pods =
  "{ type: Pods, pods: { metric: { name: ai_requests_per_second }, target: { type: AverageValue, averageValue: '5' } } }"
const external =
  "{ type: External, external: { metric: { name: queue }, target: { type: AverageValue, averageValue: '30' } } }"

describe('an autoscaler', () => {
  test.each([
    ['a container without a request', web({ beside: bareContainer }) + hpa(), ['hpa-missing-request web']],
    ['a target above what is wanted', web() + hpa({ metrics: share('cpu', 70) }), ['hpa-target-high web']],
    ['memory as all that it goes by', web() + hpa({ metrics: share('memory', 70) }), ['hpa-memory-alone web']],
    ['no behavior', web() + hpa({ behavior: '' }), ['hpa-no-behavior web']],
    [
      'a minimum that a budget keeps whole',
      web() + hpa({ min: 2 }) + budget('minAvailable: 2'),
      ['hpa-blocks-drain web'],
    ],
    ['a budget that keeps all by a share', web() + hpa() + budget("minAvailable: '70%'"), ['hpa-blocks-drain web']],
    ['a budget that lets none go', web() + hpa() + budget('maxUnavailable: 0'), ['hpa-blocks-drain web']],
    [
      'a metric of pods that nobody serves',
      web() + hpa({ metrics: `${share('cpu', 60)}, ${pods}` }),
      ['hpa-metric-missing web'],
    ],
    [
      'an external metric that nobody serves',
      web() + customMetrics + hpa({ metrics: external }),
      ['hpa-metric-missing web'],
    ],
    ['a target that is not there', hpa(), ['hpa-target-missing web']],
    [
      'another one on its target',
      web() + hpa() + hpa({ name: 'other' }),
      ['hpa-shared-target other', 'hpa-shared-target web'],
    ],
  ])('with %s is told', (_, manifests, rules) => {
    expect(told(manifests).filter((rule) => rule.startsWith('hpa-'))).toEqual(rules)
  })

  test.each([
    ['memory beside CPU', web() + hpa({ metrics: `${share('cpu', 60)}, ${share('memory', 70)}` })],
    ['a minimum above what a budget keeps', web() + hpa() + budget("minAvailable: '50%'")],
    ['a budget of other pods', web() + hpa() + budget('minAvailable: 3').replace('app: web', 'app: other')],
    ['a metric of pods that is served', web() + customMetrics + hpa({ metrics: pods })],
    [
      'a container without a request that its metric is not about',
      web({ beside: bareContainer }) +
        hpa({
          metrics:
            '{ type: ContainerResource, containerResource: { name: cpu, container: app, target: { type: Utilization, averageUtilization: 60 } } }',
        }),
    ],
    [
      'an amount of CPU instead of a share',
      web({ beside: bareContainer }) +
        hpa({
          metrics: '{ type: Resource, resource: { name: cpu, target: { type: AverageValue, averageValue: 300m } } }',
        }),
    ],
    ['a manifest that leaves replicas alone', web({ meta: applied({ template: {} }) }) + hpa()],
  ])('with %s is left alone', (_, manifests) => {
    expect(told(manifests).filter((rule) => rule.startsWith('hpa-'))).toEqual([])
  })

  test.each([
    ['that no limit softens', '{ requests: { cpu: 1, memory: 512Mi }, limits: { cpu: 1, memory: 1Gi } }', 'warning'],
    [
      'above which its limit lets it go',
      '{ requests: { cpu: 500m, memory: 512Mi }, limits: { cpu: 1, memory: 1Gi } }',
      'info',
    ],
    ['without any limit', '{ requests: { cpu: 500m, memory: 512Mi }, limits: { memory: 1Gi } }', 'info'],
  ])('with a target of 90 % %s is told how bad that is', (_, resources, severity) => {
    const { advice } = anAudit(web({ resources }) + hpa({ metrics: share('cpu', 90) })).autoscalers[0]!
    expect(advice).toMatchObject([
      {
        ...{ rule: 'hpa-target-high', severity },
        arithmetic: ['100 % asked for ÷ 90 % = 1.11 of the load; at the 60 % that is wanted it is 1.67'],
      },
    ])
  })

  test('whose pods rest near the target of memory hardly scales down, which is told where it was measured', () => {
    const both = web() + hpa({ metrics: `${share('cpu', 60)}, ${share('memory', 70)}` })
    const resting = (mebi: number) => ({ 'Deployment shop/web': usedBy([aUse(spread(0.3, 0.45), spread(mebi))]) })
    const held = (uses?: Parameters<typeof anAudit>[1]) =>
      anAudit(both, uses).autoscalers[0]!.advice.filter(({ rule }) => rule === 'hpa-held-by-memory')
    expect(held({ uses: resting(230) })).toEqual([])
    expect(held({ uses: resting(300) })).toMatchObject([
      { severity: 'info', summary: expect.stringContaining('it never goes below 6 pods') },
    ])
    expect(held({ uses: resting(340) })).toMatchObject([{ summary: expect.stringContaining('it never scales down') }])
    expect(held({ uses: resting(430) })).toMatchObject([
      {
        summary: expect.stringContaining('it goes to its maximum and stays there'),
        arithmetic: ['memory at rest: p50 430Mi ÷ 512Mi asked for = 84 %, of a target of 70 %'],
      },
    ])
    expect(held()).toEqual([])
  })

  test('whose API serves a metric, and not this one, is told by what the controller could not get', () => {
    const status = `{ currentMetrics: [{ type: Resource, resource: { name: cpu, current: { averageUtilization: 30 } } }, { type: '' }] }`
    const event = `
apiVersion: v1
kind: Event
metadata: { name: e1, namespace: shop }
involvedObject: { kind: HorizontalPodAutoscaler, namespace: shop, name: web, uid: hpa-web }
type: Warning
reason: FailedGetPodsMetric
message: unable to get metric ai_requests_per_second
lastTimestamp: '${ago(60)}'
---`
    const all = web() + customMetrics + event
    const both = `${share('cpu', 60)}, ${pods}`
    expect(anAudit(all + hpa({ metrics: both, status })).autoscalers[0]!.advice).toMatchObject([
      {
        rule: 'hpa-metric-missing',
        summary: expect.stringContaining('the controller gets no value of it: it no longer scales down'),
        evidence: [{}, { quote: 'no value' }, { quote: 'unable to get metric ai_requests_per_second' }],
      },
    ])
    const measured = status.replace("type: ''", 'type: Pods')
    expect(told(all + hpa({ metrics: both, status: measured }))).toEqual([])
  })

  test('of which a metric works and another one does not is not said to be still', () => {
    const summaryOf = (manifests: string, metrics: string) =>
      anAudit(web() + manifests + hpa({ metrics })).autoscalers[0]!.advice[0]!.summary
    expect(summaryOf(customMetrics, `${pods}, ${external}`)).toContain('scales up by its other metrics alone')
    expect(summaryOf('', `${pods}, ${external}`)).toContain('it does not scale at all')
  })

  test('that leaves a metric of its load unused is told where the cluster serves it', () => {
    const byPod = (pod: string) => new Map([[`shop/${pod}`, new Set(['ai_requests_per_second'])]])
    const all = web() + running + customMetrics
    const rules = (pod: string, metrics: string) =>
      told(all + hpa({ metrics }), { served: { byPod: byPod(pod), problem: '' } })
    expect(rules('web-1-a', share('cpu', 60))).toEqual(['hpa-metric-unused web'])
    expect(rules('web-1-a', `${share('cpu', 60)}, ${pods}`)).toEqual([])
    expect(rules('other-1-a', share('cpu', 60))).toEqual([])
  })

  test('fights a manifest that sets replicas, and it is said who applies it', () => {
    const argo = `${applied({ replicas: 3 })}, labels: { argocd.argoproj.io/instance: shop }`
    const [audited] = anAudit(web({ meta: argo }) + hpa()).autoscalers
    expect(audited!.advice).toMatchObject([
      {
        rule: 'hpa-fights-manifest',
        summary: expect.stringContaining('says 3 replicas: each time argocd (shop) applies'),
      },
    ])
  })

  test('fights a manifest of server-side apply, but not the number that it set itself', () => {
    const owns = (manager: string, operation: string) =>
      `managedFields: [{ manager: ${manager}, operation: ${operation}, fieldsV1: { 'f:spec': { 'f:replicas': {} } } }]`
    expect(told(web({ meta: owns('flux', 'Apply') }) + hpa())).toEqual(['hpa-fights-manifest web'])
    expect(told(web({ meta: owns('kube-controller-manager', 'Update') }) + hpa())).toEqual([])
  })

  test('that wants more connections than its database gives is told, with the sum', () => {
    const { advice } = anAudit(web() + hpa(), { rooms: [room(97)] }).autoscalers[0]!
    expect(advice).toMatchObject([
      {
        ...{ rule: 'hpa-exceeds-database', severity: 'warning' },
        arithmetic: ['database orders: (97 connections - 2 × 10 of Deployment shop/jobs) ÷ 10 a pod = 7 pods'],
      },
    ])
    expect(told(web() + hpa(), { rooms: [room(220)] })).toEqual([])
    expect(told(web() + hpa(), { rooms: [room(null)] })).toEqual([])
    const elsewhere = { ...room(97), users: room(97).users.map((user) => ({ ...user, cluster: 'other' })) }
    expect(told(web() + hpa(), { rooms: [elsewhere] })).toEqual([])
  })

  test('is told once of what is kept as a finding too, unless its reason is told', () => {
    const status = `{ conditions: [{ type: ScalingActive, status: 'False', reason: FailedGetResourceMetric, message: missing request for cpu in container side of Pod web-1 }] }`
    expect(told(web() + hpa({ status }))).toEqual(['hpa-no-metrics web'])
    expect(told(web({ beside: bareContainer }) + hpa({ status })).filter((rule) => rule.startsWith('hpa-'))).toEqual([
      'hpa-missing-request web',
    ])
  })

  test('tells no credential that a condition or an API names', () => {
    const away = customMetrics.replace(
      "status: 'True'",
      "status: 'False', message: 'http://u:hunter22@adapter is away'",
    )
    const status = `{ conditions: [{ type: AbleToScale, status: 'False', reason: FailedGetScale, message: 'no answer of https://u:hunter22@api' }] }`
    const { advice } = anAudit(web() + away + hpa({ metrics: `${share('cpu', 60)}, ${pods}`, status })).autoscalers[0]!
    expect(advice.map(({ rule }) => rule)).toEqual(['hpa-metric-missing', 'hpa-unable'])
    expect(JSON.stringify(advice)).not.toContain('hunter22')
  })

  test('that is at its maximum and wants more gets half as many again', () => {
    const status = `{ currentReplicas: 20, currentMetrics: [{ type: Resource, resource: { name: cpu, current: { averageUtilization: 95 } } }], conditions: [{ type: ScalingLimited, status: 'True', reason: TooManyReplicas }] }`
    const { autoscalers, proposals } = anAudit(node('64', '256Gi') + web({ replicas: 20 }) + hpa({ status }), {
      uses: fitting,
    })
    expect(autoscalers[0]!.advice.map(({ rule }) => rule)).toEqual(['hpa-at-max'])
    expect(proposals).toMatchObject([
      {
        kind: 'hpa',
        changes: expect.arrayContaining(['maxReplicas: 20 -> 30']),
        warnings: expect.not.arrayContaining([expect.stringContaining('At the maximum')]),
      },
    ])
  })
})

function room(usable: number | null): PoolRoom {
  const users = [
    { cluster: 'test', workload, pods: 20, by: 'HorizontalPodAutoscaler shop/web maxReplicas', maxSurge: '0' },
    {
      cluster: 'test',
      workload: { ...workload, name: 'jobs' },
      pods: 2,
      by: 'Deployment shop/jobs replicas',
      maxSurge: '0',
    },
  ]
  return {
    database: 'orders',
    poolSize: 10,
    users,
    uncounted: [],
    beside: [],
    usable: usable === null ? null : { ofDatabase: usable, ofServer: usable },
    problem: usable === null ? 'it is away' : '',
  }
}

function applied(spec: object): string {
  const annotation = JSON.stringify({ apiVersion: 'apps/v1', spec })
  return `annotations: { kubectl.kubernetes.io/last-applied-configuration: '${annotation}' }`
}
