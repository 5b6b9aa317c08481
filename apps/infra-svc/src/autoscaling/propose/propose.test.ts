import { parse } from 'yaml'
import type { PoolRoom } from '../../database/pool-room.ts'
import { ago } from '../../testing/a-look.ts'
import type { Proposal } from './proposal.ts'
import { anAudit, aUse, spread, usedBy } from '../testing/an-audit.ts'
import { budget, customMetrics, hpa, node, running, share, web } from '../testing/manifests.ts'

const workload = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const used = (cpu = spread(0.3, 0.45), memory = spread(300, 400), total = spread(0.9)) => ({
  'Deployment shop/web': usedBy([aUse(cpu, memory)], total),
})
const big = node('64', '256Gi')
const only = (kind: Proposal['kind'], manifests: string, given: Parameters<typeof anAudit>[1] = {}): Proposal =>
  anAudit(manifests, { uses: used(), ...given }).proposals.find((each) => each.kind === kind)!
const specOf = ({ manifest }: Proposal) => (parse(manifest) as { spec: Record<string, unknown> }).spec
const room = (usable: number | null): PoolRoom => ({
  ...{ database: 'orders', poolSize: 10, problem: 'it is away', uncounted: [], beside: [] },
  usable: usable === null ? null : { ofDatabase: usable, ofServer: usable },
  users: [{ cluster: 'test', workload, pods: 20, by: 'HorizontalPodAutoscaler shop/web maxReplicas', maxSurge: '0' }],
})

describe('an autoscaler', () => {
  test('becomes what the guide wants, with the metric of pods where it is served', () => {
    const served = { byPod: new Map([['shop/web-1-a', new Set(['ai_requests_per_second'])]]), problem: '' }
    const old = hpa({ metrics: share('cpu', 70), behavior: '' })
    const loaded = used(undefined, spread(150, 400))
    expect(specOf(only('hpa', big + web() + running + customMetrics + old, { served, uses: loaded }))).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      ...{ minReplicas: 3, maxReplicas: 20 },
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
        { type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 70 } } },
        {
          type: 'Pods',
          pods: { metric: { name: 'ai_requests_per_second' }, target: { type: 'AverageValue', averageValue: '5' } },
        },
      ],
      behavior: {
        scaleUp: {
          ...{ stabilizationWindowSeconds: 60, selectPolicy: 'Max' },
          policies: [
            { type: 'Percent', value: 100, periodSeconds: 15 },
            { type: 'Pods', value: 4, periodSeconds: 15 },
          ],
        },
        scaleDown: {
          ...{ stabilizationWindowSeconds: 300, selectPolicy: 'Max' },
          policies: [{ type: 'Percent', value: 20, periodSeconds: 60 }],
        },
      },
    })
  })

  const sizer = (updateMode: string, controlledResources: readonly string[] = ['cpu', 'memory']) => ({
    ...{ kind: 'VerticalPodAutoscaler', metadata: { name: 'web-vpa', namespace: 'shop', uid: 'v' } },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      updatePolicy: { updateMode },
      resourcePolicy: {
        containerPolicies: [{ containerName: '*', controlledResources, maxAllowed: { cpu: 2, memory: '2Gi' } }],
      },
    },
  })
  const perPod = `{ type: Pods, pods: { metric: { name: queue }, target: { type: AverageValue, averageValue: '5' } } }`
  const metricsBeside = (vpa: object, metrics = perPod) => {
    const manifests = big + web() + customMetrics + hpa({ metrics, behavior: '' })
    const found = only('hpa', manifests, { vpas: [vpa], uses: used(undefined, spread(150, 400)) })
    const names = (specOf(found)['metrics'] as { type: string; resource?: { name: string } }[]).map(
      ({ type, resource }) => resource?.name ?? type,
    )
    return { names, warnings: found.warnings.join(' ') }
  }

  test('is given no share of requests that a VerticalPodAutoscaler sets, and it is said why and what else there is', () => {
    const beside = metricsBeside(sizer('Recreate'))
    expect(beside.names).toEqual(['Pods'])
    expect(beside.warnings).toContain('CPU is left out: VerticalPodAutoscaler web-vpa sets the cpu that pods ask for')
    expect(beside.warnings).toContain('Scale by a metric of pods')
    expect(beside.warnings).toContain(
      `kubectl patch -n shop vpa/web-vpa --type=merge -p '{"spec":{"updatePolicy":{"updateMode":"Off"}}}'`,
    )
    expect(metricsBeside(sizer('Recreate', ['memory'])).names).toEqual(['cpu', 'Pods'])
    expect(metricsBeside(sizer('Recreate', ['cpu'])).names).toEqual(['memory', 'Pods'])
  })

  test('is given a share of requests beside a VerticalPodAutoscaler that only recommends', () => {
    expect(metricsBeside(sizer('Off')).names).toEqual(['cpu', 'memory', 'Pods'])
  })

  test('keeps the share that it scales by, which the VerticalPodAutoscaler is to leave', () => {
    expect(metricsBeside(sizer('Recreate'), share('cpu', 70)).names).toEqual(['cpu'])
  })

  test('is not left without a metric, which would mean CPU, where a share may not be added', () => {
    const manifests = big + web() + hpa({ metrics: perPod, behavior: '' })
    const found = only('hpa', manifests, { vpas: [sizer('Recreate')] })
    expect(specOf(found)['metrics']).toMatchObject([{ type: 'Pods' }])
    expect(found.warnings).toContain('What it scales by stays as it is: nothing better is left.')
  })

  test('is not given what nobody serves, and it is said', () => {
    const { manifest, warnings } = only('hpa', big + web() + hpa({ behavior: '' }))
    expect(manifest).not.toContain('ai_requests_per_second')
    expect(warnings).toContain(
      'Pods metric ai_requests_per_second is left out: no custom metrics API serves it for these pods.',
    )
    const served = { byPod: new Map(), problem: 'it timed out' }
    expect(only('hpa', big + web() + hpa({ behavior: '' }), { served }).warnings).toContain(
      'Pods metric ai_requests_per_second is left out: whether it is served for these pods is not known (it timed out).',
    )
  })

  test('is not to scale by memory that is above the target at rest: that goes to its maximum and stays', () => {
    const resting = used(undefined, spread(430, 440))
    const old = hpa({ metrics: `${share('cpu', 60)}, ${share('memory', 70)}`, behavior: '' })
    const { manifest, arithmetic, changes } = only('hpa', big + web() + old, { uses: resting })
    expect(manifest).not.toContain('memory')
    expect(changes).toContain('memory target: 70 % -> none')
    const kept = only('hpa', big + web() + hpa({ behavior: '' }))
    expect(kept.manifest).not.toContain('memory')
    expect(kept.warnings[0]).toContain('it would never go below 6 pods')
    expect(arithmetic).toContain('memory at rest: p50 430Mi ÷ 512Mi asked for = 84 %, of a target of 70 %')
  })

  test('stays within the connections of its database, also when it is at its maximum', () => {
    const status = `{ currentReplicas: 20, conditions: [{ type: ScalingLimited, status: 'True', reason: TooManyReplicas }] }`
    const at = (usable: number | null) => only('hpa', big + web() + hpa({ status }), { rooms: [room(usable)] })
    expect(specOf(at(1_000))['maxReplicas']).toBe(30)
    expect(specOf(at(250))['maxReplicas']).toBe(25)
    expect(at(250).warnings).toContain(
      'The database keeps the maximum at 25; for more, make the pool of each pod smaller or put a pooler before it.',
    )
    expect(specOf(at(97))['maxReplicas']).toBe(9)
    expect(specOf(at(15))['maxReplicas']).toBe(3)
    expect(at(15).warnings).toContainEqual(expect.stringContaining('Not even the minimum of 3 pods'))
    expect(at(null).warnings).toContainEqual(
      expect.stringContaining('database orders can serve 30 pods is not known: it is away'),
    )
  })

  test('is told with the users of its database that are not counted, whose connections are not nothing', () => {
    const uncounted = ['component mail (it names no workload)']
    const { warnings, arithmetic } = only('hpa', big + web() + hpa({ behavior: '' }), {
      rooms: [{ ...room(1_000), uncounted }],
    })
    expect(warnings).toContain(
      'Database orders may serve fewer pods: not counted are component mail (it names no workload).',
    )
    expect(arithmetic).toContainEqual(expect.stringMatching(/= 100 pods; not counted: component mail/))
  })

  test('leaves room for the pods that a rollout adds, and for pools in other databases of its server', () => {
    const status = `{ currentReplicas: 20, conditions: [{ type: ScalingLimited, status: 'True', reason: TooManyReplicas }] }`
    const at = (given: Partial<PoolRoom>) =>
      only('hpa', big + web() + hpa({ status }), { rooms: [{ ...room(250), ...given }] })
    const users = room(250).users.map((user) => ({ ...user, maxSurge: '25%' }))
    const rolling = at({ users, usable: { ofDatabase: 275, ofServer: 275 } })
    expect(specOf(rolling)['maxReplicas']).toBe(21)
    expect(rolling.arithmetic).toContain(
      'database orders: (275 connections) ÷ 10 a pod = 27 pods: 21, and 6 more while a rollout runs',
    )
    const mail = { ...room(250).users[0]!, workload: { ...workload, name: 'mail' }, pods: 4, maxSurge: '1' }
    const mails = { database: 'mails', poolSize: 5, users: [...room(250).users, mail] }
    const shared = at({ beside: [mails], usable: { ofDatabase: 250, ofServer: 300 } })
    expect(specOf(shared)['maxReplicas']).toBe(18)
    expect(shared.arithmetic).toContain(
      'database orders: (300 connections - (4 + 1) × 5 of Deployment shop/mail for database mails) ÷ 15 a pod = 18 pods',
    )
    expect(specOf(at({ beside: [mails], usable: { ofDatabase: 100, ofServer: 300 } }))['maxReplicas']).toBe(10)
  })

  test('leaves another one the connections that it takes for itself', () => {
    const status = `{ currentReplicas: 20, conditions: [{ type: ScalingLimited, status: 'True', reason: TooManyReplicas }] }`
    const two = [hpa({ status }), web()].map((one) => one + one.replaceAll(/\bweb\b/g, 'xeb')).join('')
    const users = ['web', 'xeb'].map((name) => ({
      ...{ cluster: 'test', workload: { ...workload, name }, pods: 20 },
      ...{ by: 'maxReplicas', maxSurge: '0' },
    }))
    const most = anAudit(big + two, { rooms: [{ ...room(520), users }] }).proposals.map(
      (each) => specOf(each)['maxReplicas'],
    )
    expect(most).toEqual([30, 22])
  })

  test('runs a pod more at its minimum where a budget would keep all; and where none helps, that is said', () => {
    const held = only('hpa', big + web() + hpa({ min: 2 }) + budget('minAvailable: 2'))
    expect(held.changes).toContain('minReplicas: 2 -> 3, so that a pod may be evicted')
    const never = only('hpa', big + web() + hpa({ behavior: '' }) + budget('maxUnavailable: 0'))
    expect(specOf(never)['minReplicas']).toBe(3)
    expect(never.warnings).toContainEqual(expect.stringContaining('kubectl edit -n shop pdb/web'))
  })

  test('loses a metric that nobody serves, and keeps what it has besides', () => {
    const external = "{ type: External, external: { metric: { name: queue }, target: { type: Value, value: '30' } } }"
    const own =
      '{ type: ContainerResource, containerResource: { name: cpu, container: app, target: { type: Utilization, averageUtilization: 50 } } }'
    const { metrics } = specOf(
      only('hpa', big + web() + hpa({ metrics: `${external}, ${own}` }), { uses: used(undefined, spread(150, 400)) }),
    ) as {
      metrics: { type: string }[]
    }
    expect(metrics.map(({ type }) => type)).toEqual(['Resource', 'ContainerResource'])
  })

  test('warns of quotas and nodes that do not give so much', () => {
    const quota = `
apiVersion: v1
kind: ResourceQuota
metadata: { name: team, namespace: shop }
status: { hard: { requests.cpu: '5', pods: '50' }, used: { requests.cpu: 1500m, pods: '3' } }
---`
    const { warnings } = only('hpa', node('8') + web() + quota + hpa({ behavior: '' }))
    expect(warnings).toContain(
      'At the maximum: ResourceQuota team gives 5000m requests.cpu, of which 1500m are taken: 8500m more do not fit.',
    )
    expect(warnings).toContainEqual(
      expect.stringContaining('The nodes have 8000m cpu left of 8000m, and it would ask for 8500m more'),
    )
  })

  describe('that goes up and down again and again', () => {
    const sizes = [2, 5, 2, 5, 2]
    const rescales = sizes.map(
      (size, at) => `
apiVersion: v1
kind: Event
metadata: { name: rescale-${at}, namespace: shop }
involvedObject: { kind: HorizontalPodAutoscaler, namespace: shop, name: web, uid: hpa-web }
reason: SuccessfulRescale
message: 'New size: ${size}; reason: cpu resource utilization'
lastTimestamp: '${ago(600 - at * 100)}'
---`,
    )
    const flapping = (behavior: string) =>
      only('hpa', `${big}${web()}${rescales.join('')}${hpa({ behavior: `behavior: ${behavior}` })}`)
    const scaleUp = { stabilizationWindowSeconds: 0, selectPolicy: 'Min', policies: [] }

    test('keeps how it goes up, and names each field of how it goes down', () => {
      const fast = `{ scaleUp: ${JSON.stringify(scaleUp)}, scaleDown: { stabilizationWindowSeconds: 200, tolerance: 0.2, selectPolicy: Max, policies: [{ type: Pods, value: 10, periodSeconds: 1 }] } }`
      expect(specOf(flapping(fast))['behavior']).toEqual({
        scaleUp,
        scaleDown: {
          ...{ stabilizationWindowSeconds: 400, tolerance: 0.2, selectPolicy: 'Max' },
          policies: [{ type: 'Percent', value: 20, periodSeconds: 60 }],
        },
      })
      expect(flapping(fast).changes.filter((change) => change.startsWith('behavior'))).toEqual([
        'behavior.scaleDown.stabilizationWindowSeconds: 200 -> 400',
        'behavior.scaleDown.policies: 10 Pods each 1 s -> 20 Percent each 60 s',
      ])
    })

    test('is told where it waits as long as it can', () => {
      const { changes, warnings } = flapping('{ scaleDown: { stabilizationWindowSeconds: 3600 } }')
      expect(changes.join()).not.toContain('stabilizationWindowSeconds')
      expect(warnings).toContain(
        'It waits 3600 s before it goes down already, and there is no longer wait: look at what it scales by.',
      )
    })
  })

  test('can be taken back as it was', () => {
    const { undo } = only('hpa', big + web() + hpa({ behavior: '' }))
    expect(undo).toMatch(/^kubectl patch -n shop hpa\/web --type=merge -p '\{"spec":\{.*"behavior":null\}\}'$/)
  })

  test('is proposed for a Deployment whose load swings, and for no other', () => {
    const swinging = used(spread(0.2, 0.4), undefined, spread(0.5, 1.8, 1.8, 2.4))
    const { arithmetic, manifest, undo } = only('hpa', big + web(), { uses: swinging })
    expect(parse(manifest)).toMatchObject({ metadata: { name: 'web' }, spec: { minReplicas: 2, maxReplicas: 12 } })
    expect(arithmetic.slice(0, 2)).toEqual([
      'least: p50 500m of all pods ÷ 300m that a pod carries = 2, and no less than 2',
      'most: max 2400m of all pods × 1.5 ÷ 300m that a pod carries = 12',
    ])
    expect(undo).toBe('kubectl delete -n shop hpa/web && kubectl scale -n shop deployment/web --replicas=3')
    expect(only('hpa', big + web())).toBeUndefined()
    const owned = `managedFields: [{ manager: flux, operation: Apply, fieldsV1: { 'f:spec': { 'f:replicas': {} } } }]`
    expect(only('hpa', big + web({ meta: owned }), { uses: swinging }).warnings).toContain(
      'Leave replicas out of the manifest of Deployment web: each time that is applied, it would undo the scaling.',
    )
    expect(only('hpa', big + web({ replicas: 1 }), { uses: swinging })).toBeUndefined()
  })
})

describe('requests', () => {
  const wasteful = used(spread(0.05, 0.1), spread(100))

  test('are patched by container, and can be taken back as they were', () => {
    const { manifest, undo, warnings } = only(
      'resources',
      big + web({ resources: '{ requests: { cpu: 1 }, limits: { memory: 1Gi } }' }),
      { uses: wasteful },
    )
    expect(parse(manifest)).toEqual({
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } },
      spec: {
        template: {
          spec: {
            containers: [
              { name: 'app', resources: { requests: { cpu: '120m', memory: '128Mi' }, limits: { memory: '1Gi' } } },
            ],
          },
        },
      },
    })
    expect(undo).toBe(
      `kubectl patch -n shop deployment/web --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","resources":{"requests":{"cpu":"1","memory":null}}}]}}}}'`,
    )
    expect(warnings[0]).toContain('starts a rollout')
  })

  test('that stay are named too, those of other containers as well: server-side apply takes away what is no longer named', () => {
    const beside = "{ name: side, image: 'side:1', resources: { requests: { cpu: 20m } } }, { name: bare, image: bare }"
    const uses = { 'Deployment shop/web': usedBy([aUse(spread(0.05, 0.1), spread(300, 400))]) }
    const { manifest, changes } = only('resources', big + web({ beside }), { uses })
    expect(changes).toEqual(['app requests.cpu: 500m -> 120m'])
    expect(parse(manifest)).toMatchObject({
      spec: {
        template: {
          spec: {
            containers: [
              { resources: { requests: { cpu: '120m', memory: '512Mi' }, limits: { cpu: '1', memory: '1Gi' } } },
              { name: 'side', resources: { requests: { cpu: '20m' } } },
            ],
          },
        },
      },
    })
    expect(manifest).not.toContain('bare')
  })

  test('move the shares by which an autoscaler scales, and that is said with the sum', () => {
    const { warnings } = only('resources', big + web() + hpa(), { uses: used(spread(0.05, 0.06), spread(300, 400)) })
    expect(warnings).toContain(
      'HorizontalPodAutoscaler web scales by the share of cpu: the usual 50m a pod become 50 % instead of 10 %, of a target of 60 %: 3 × 50 % ÷ 60 % = 3 pods.',
    )
  })

  test('that a LimitRange, a quota or any node refuses are warned of', () => {
    const ranges = `
apiVersion: v1
kind: LimitRange
metadata: { name: sizes, namespace: shop }
spec: { limits: [{ type: Container, min: { cpu: 200m }, max: { memory: 2Gi } }] }
---`
    const low = only('resources', big + web() + ranges, { uses: wasteful })
    expect(low.warnings).toContain(
      'LimitRange sizes wants at least 200m cpu of each container: app with 120m is refused.',
    )
    const high = only('resources', node('8', '2Gi') + web() + ranges, { uses: used(undefined, spread(3_000)) })
    expect(high.warnings).toContainEqual(expect.stringContaining('LimitRange sizes allows 2048Mi memory'))
    expect(high.warnings).toContainEqual(expect.stringContaining('it could run nowhere'))
  })

  test('that change the quality of service are warned of', () => {
    const guaranteed = '{ requests: { cpu: 1, memory: 1Gi }, limits: { cpu: 1, memory: 1Gi } }'
    expect(only('resources', big + web({ resources: guaranteed }), { uses: wasteful }).warnings).toContainEqual(
      expect.stringContaining('from quality of service Guaranteed to Burstable'),
    )
  })

  test.each([
    [
      'Helm',
      'annotations: { meta.helm.sh/release-name: shop, meta.helm.sh/release-namespace: shop }',
      'Helm release shop made it',
    ],
    ['Argo CD', 'labels: { argocd.argoproj.io/instance: shop }', 'Argo CD keeps it as application shop'],
    ['Flux', 'labels: { kustomize.toolkit.fluxcd.io/name: shop }', 'Flux keeps it as Kustomization shop'],
  ])('of a workload that %s manages are to be changed there, and not applied by hand', (_, meta, says) => {
    const { managedBy, apply, dryRun } = only('resources', big + web({ meta }), { uses: wasteful })
    expect(managedBy).toEqual([expect.stringContaining(says)])
    expect(apply).toBeNull()
    expect(dryRun).toContain('--dry-run=server')
  })
})

describe('a VerticalPodAutoscaler', () => {
  const wasteful = '{ requests: { cpu: 2, memory: 512Mi }, limits: { memory: 1Gi } }'
  const proposed = (total: ReturnType<typeof spread>) =>
    anAudit(big + web({ resources: wasteful }), { uses: used(spread(0.2, 0.4), undefined, total), vpas: [] }).proposals

  test('is proposed instead of other requests, and that is said', () => {
    const [resources, vpa] = proposed(spread(0.9))
    expect([resources!.kind, resources!.insteadOf]).toEqual(['resources', null])
    expect([vpa!.kind, vpa!.insteadOf]).toEqual(['vpa', resources!.name])
    expect(vpa!.warnings).toContain(`It is another way than ${resources!.name}: apply one of the two.`)
  })

  test('is not proposed beside an autoscaler that is to scale by a share of what it would set', () => {
    expect(proposed(spread(0.5, 1.8, 1.8, 2.4)).map(({ kind }) => kind)).toEqual(['resources', 'hpa'])
  })
})

test('an autoscaler that needs requests is proposed after them', () => {
  const { proposals } = anAudit(big + web({ resources: '{}' }) + hpa({ behavior: '' }), { uses: used() })
  expect(proposals.map(({ name }) => name)).toEqual([
    'shop-deployment-web-resources',
    'shop-horizontalpodautoscaler-web-hpa',
  ])
  expect(proposals[1]!.warnings[0]).toBe(
    'It goes by requests that shop-deployment-web-resources.yaml proposes: apply that one first.',
  )
})
