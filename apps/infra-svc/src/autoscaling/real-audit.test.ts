import { describeReal, eventually } from '@akashic/testbed'
import { parse } from 'yaml'
import { poolSize, startAuditedShop, type AuditedShop, type AuditReport } from './testing/audited-shop.ts'
import { app, perPod, scaler, wasteful } from './testing/shop.ts'

const timeoutMs = 120_000
const mebi = 2 ** 20

/** Cores and MiB at a minute. */
function useOf(name: string, minute: number): readonly [number, number] {
  if (name === 'wasteful' || name === 'bare') return [0.1, 100]
  if (name === 'hungry') return [0.2, 300]
  if (name === 'memory') return [0.3, 480]
  if (name === 'ai') return [0.3, minute < 80 ? 150 : 330]
  return name === 'swinging' ? [minute < 80 ? 0.1 : 0.45, 300] : [0.3, 300]
}

describeReal('kubernetes', () => {
  let given: AuditedShop
  let report: AuditReport
  const rates: Record<string, number> = { ai: 1, scaled: 1 }
  beforeAll(async () => {
    given = await startAuditedShop(
      (pod, minute) => {
        const name = pod.split('-')[0]!
        const [cpu, memory] = useOf(name, minute)
        return name === 'unmeasured' ? null : { cpu, memory: memory * mebi }
      },
      (name): Record<string, number> => (name in rates ? { ai_requests_per_second: rates[name]! } : {}),
    )
    report = await given.audit()
  }, 240_000)
  afterAll(() => given?.stop())

  const adviceOn = (kind: string, name: string, { workloads, autoscalers, verticalAutoscalers } = report) =>
    [...workloads, ...autoscalers, ...verticalAutoscalers!]
      .flatMap(({ advice }) => advice)
      .filter(({ object }) => object.kind === kind && object.name === name)
  const rulesOn = (kind: string, name: string, of = report) => adviceOn(kind, name, of).map(({ rule }) => rule)
  const containerOf = (name: string) => report.workloads.find(({ workload }) => workload.name === name)!.containers[0]!
  const proposed = (name: string, kind: string) =>
    report.proposals.find((each) => each.object.name === name && each.kind === kind)!

  test('what the real autoscalers and the use of days tell is judged, each by its rule', () => {
    const told = (kind: string, names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [name, rulesOn(kind, name).toSorted()]))
    expect(told('Deployment', ['well', 'wasteful', 'hungry', 'swinging', 'bare', 'unmeasured'])).toEqual({
      ...{ well: [], swinging: [], unmeasured: [] },
      wasteful: ['over-requested'],
      hungry: ['memory-limit-near', 'under-requested'],
      bare: ['memory-limit-missing', 'requests-missing'],
    })
    const scaled = ['well', 'unmeasured', 'bare', 'hot', 'memory', 'ai', 'lost', 'fought', 'held', 'torn', 'pooled']
    expect(told('HorizontalPodAutoscaler', [...scaled, 'nobody'])).toEqual({
      ...{ well: [], unmeasured: [] },
      bare: ['hpa-missing-request'],
      hot: ['hpa-no-behavior', 'hpa-target-high'],
      memory: ['hpa-held-by-memory', 'hpa-memory-alone'],
      ai: ['hpa-metric-unused', 'hpa-no-behavior', 'hpa-target-high'],
      lost: ['hpa-metric-missing', 'hpa-metric-missing'],
      fought: ['hpa-fights-manifest'],
      held: ['hpa-blocks-drain'],
      torn: ['hpa-shared-target'],
      pooled: ['hpa-exceeds-database'],
      nobody: ['hpa-target-missing'],
    })
    const sized = ['deprecated', 'overlapping', 'unbounded', 'contradicting', 'stranger', 'targetless']
    expect(told('VerticalPodAutoscaler', sized)).toEqual({
      deprecated: ['vpa-deprecated-mode'],
      overlapping: ['vpa-overlaps-hpa'],
      unbounded: ['vpa-unbounded'],
      contradicting: ['vpa-bounds'],
      stranger: ['vpa-container-missing'],
      targetless: ['vpa-target-missing'],
    })
    expect(report.status).toBe('critical')
  })

  test('a metric that nobody serves is told with what the controller says of it', () => {
    const [served, registered] = adviceOn('HorizontalPodAutoscaler', 'lost')
    expect(JSON.stringify([served!.evidence, registered!.evidence])).toMatch(
      /FailedGetPodsMetric.*never_served.*no API external\.metrics\.k8s\.io is registered/s,
    )
  })

  test('what was measured is told, and what was not is unknown, with how long to wait', () => {
    expect(containerOf('well')).toMatchObject({
      requests: { cpu: 0.5, memory: 512 * mebi },
      use: { minutes: 120, memory: { p50: 300 * mebi, max: 300 * mebi } },
      unknown: '',
    })
    expect(containerOf('well').use!.cpu.p95).toBeCloseTo(0.3)
    expect(containerOf('unmeasured')).toMatchObject({
      ...{ use: null, unknown: 'it was not measured yet: wait 1 h 0 min more' },
    })
    const { status } = report.workloads.find(({ workload }) => workload.name === 'unmeasured')!
    expect(status).toBe('unknown')
    expect(report.proposals.filter(({ object }) => object.name === 'unmeasured')).toEqual([])
  })

  test('an autoscaler is proposed as the guide wants it', () => {
    const { spec } = parse(proposed('ai', 'hpa').manifest) as { spec: object }
    const share = (name: string, averageUtilization: number) => ({
      ...{ type: 'Resource', resource: { name, target: { type: 'Utilization', averageUtilization } } },
    })
    expect(spec).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'ai' },
      ...{ minReplicas: 2, maxReplicas: 5 },
      metrics: [
        share('cpu', 60),
        share('memory', 70),
        {
          type: 'Pods',
          pods: { metric: { name: 'ai_requests_per_second' }, target: { type: 'AverageValue', averageValue: '5' } },
        },
      ],
      behavior: {
        scaleUp: {
          stabilizationWindowSeconds: 60,
          policies: [
            { type: 'Percent', value: 100, periodSeconds: 15 },
            { type: 'Pods', value: 4, periodSeconds: 15 },
          ],
          selectPolicy: 'Max',
        },
        scaleDown: {
          stabilizationWindowSeconds: 300,
          policies: [{ type: 'Percent', value: 20, periodSeconds: 60 }],
          selectPolicy: 'Max',
        },
      },
    })
  })

  test('beside what sets the requests of its pods an autoscaler gets no share of them, and the other way is told', () => {
    const { manifest, warnings } = proposed('scaled', 'hpa')
    expect(parse(manifest)).toMatchObject({ spec: { metrics: [{ type: 'Pods' }] } })
    expect(warnings.join('\n')).toMatch(
      /CPU is left out: VerticalPodAutoscaler sizing .* vpa\/sizing .*"updateMode":"Off"/,
    )
  })

  test('no more pods are proposed than the real database has connections for', () => {
    const { arithmetic } = adviceOn('HorizontalPodAutoscaler', 'pooled')[0]!
    const [, usable, room, pods, surge] =
      /\((\d+) connections\) ÷ 10 a pod = (\d+) pods: (\d+), and (\d+) more while a rollout runs/
        .exec(arithmetic[0]!)!
        .map(Number)
    expect(room).toBe(Math.floor(usable! / poolSize))
    expect(surge).toBe(Math.ceil(pods! / 4))
    expect(pods! + surge!).toBeLessThanOrEqual(room!)
    expect(parse(proposed('pooled', 'hpa').manifest)).toMatchObject({ spec: { maxReplicas: pods } })
  })

  test(
    'every proposal is taken by the API server in a dry run, which changes nothing',
    async () => {
      expect(new Set(report.proposals.map(({ kind }) => kind))).toEqual(new Set(['resources', 'hpa', 'vpa']))
      const kinds = 'deployment,hpa,vpa'
      const versions = () =>
        given.shell(`kubectl get -n shop ${kinds} -o jsonpath='{range .items[*]}{.metadata.name} {.metadata.generation}
{end}'`)
      // As if it had been applied by kubectl on its own side.
      await given.shell('kubectl apply set-last-applied --create-annotation -f -', wasteful)
      const before = await versions()
      for (const { name, dryRun, manifest } of report.proposals) {
        expect(dryRun).toContain('--dry-run=server')
        const said = await given.shell(dryRun.replace(`-f ${name}.yaml`, '-f -'), manifest)
        expect(said).toMatch(/serverside-applied \(server dry run\)\n$/)
      }
      expect(await versions()).toBe(before)
      const [off] = /kubectl patch .*$/.exec(
        proposed('scaled', 'hpa').warnings.find((each) => each.startsWith('CPU'))!,
      )!
      expect(await given.shell(`${off} --dry-run=server`)).toContain('patched')
    },
    timeoutMs,
  )

  test(
    'what is applied is well from then on, and what is taken back is as it was',
    async () => {
      const objects = 'deployment/wasteful deployment/bare deployment/hungry hpa/ai hpa/hot hpa/memory hpa/held'
      const specs = async (): Promise<unknown> => {
        const got = await given.shell(`kubectl get -n shop ${objects} vpa/deprecated vpa/unbounded -o json`)
        return (JSON.parse(got) as { items: { spec: { replicas?: number } }[] }).items.map(({ spec }) => ({
          ...spec,
          replicas: 0,
        }))
      }
      const before = await specs()
      const names = new Set(`${objects} vpa/deprecated vpa/unbounded`.split(' ').map((each) => each.split('/')[1]))
      const chosen = report.proposals.filter(
        ({ object, title }) => names.has(object.name) && !title.startsWith('Have '),
      )
      expect(chosen.length).toBeGreaterThanOrEqual(9)
      for (const { name, apply, manifest } of chosen)
        await given.shell(apply!.replace(`-f ${name}.yaml`, '-f -'), manifest)
      await eventually(async () => {
        const after = await given.audit()
        for (const { object } of chosen)
          expect([object.name, rulesOn(object.kind, object.name, after)]).toEqual([object.name, []])
      }, 60_000)
      for (const { undo } of chosen) await given.shell(undo)
      expect(await specs()).toEqual(before)
    },
    timeoutMs,
  )

  test(
    'an autoscaler that the real controller holds at its maximum is told, and one that it turns again and again',
    async () => {
      rates['busy'] = 40
      const metrics = perPod('ai_requests_per_second', '5')
      const restless = `behavior: { scaleUp: { stabilizationWindowSeconds: 0 }, scaleDown: { stabilizationWindowSeconds: 0, policies: [{ type: Pods, value: 10, periodSeconds: 1 }] } }`
      await given.cluster.apply(app('busy') + scaler('busy', { metrics, scaling: restless, min: 1, max: 3 }))
      const replicas = (count: number) =>
        eventually(async () => {
          const { autoscalers } = await given.audit(Date.now())
          const { currentReplicas } = autoscalers.find(({ autoscaler }) => autoscaler.name === 'busy')!
          expect(currentReplicas).toBe(count)
        }, 30_000)
      await eventually(
        async () =>
          expect(rulesOn('HorizontalPodAutoscaler', 'busy', await given.audit(Date.now()))).toEqual(['hpa-at-max']),
        30_000,
      )
      for (const [rate, count] of [
        [1, 1],
        [40, 3],
        [1, 1],
        [40, 3],
      ] as const) {
        rates['busy'] = rate
        await replicas(count)
      }
      const flapping = await eventually(async () => {
        const seen = await given.audit(Date.now())
        expect(rulesOn('HorizontalPodAutoscaler', 'busy', seen)).toContain('hpa-flapping')
        return seen
      }, 30_000)
      const { manifest } = flapping.proposals.find(({ object }) => object.name === 'busy')!
      expect(parse(manifest)).toMatchObject({ spec: { behavior: { scaleDown: { stabilizationWindowSeconds: 300 } } } })
    },
    timeoutMs,
  )
})
