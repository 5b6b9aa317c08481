import { containerOf } from '@akashic/kubernetes'
import type { LeakVerdict } from '../../memory/leak.ts'
import { aView } from '../../testing/a-look.ts'
import type { Comparison } from '../comparison.ts'
import type { Measures } from '../measures.ts'
import type { ResourceReading } from '../resource/resource-reading.ts'
import { noon, someMeasures } from '../testing/builders.ts'
import { highMemory } from './high-memory.ts'
import { slowResponse } from './slow-response.ts'
import { slowStatements } from './slow-statements.ts'
import { slower } from './slower.ts'
import { usedUp } from './used-up.ts'

const mib = 2 ** 20
const workload = { kind: 'Deployment', namespace: 'shop', name: 'web' }

describe('a slow response', () => {
  const judge = (...measured: readonly Partial<Measures>[]) => slowResponse('shop', measured.map(someMeasures), 2_000)

  test.each([
    ['a 95th percentile above 2 s', { p95Ms: 2_001 }, ['warning']],
    ['one of 2 s', { p95Ms: 2_000 }, []],
    ['a slow mean and median alone', { p50Ms: 3_000, meanMs: 9_000 }, []],
    ['a slow 99th percentile alone', { p99Ms: 9_000 }, []],
    ['none that was measured', { p95Ms: null }, []],
    ['one above a highest bucket of 5 s', { p95Ms: 5_000, atLeast: ['p95Ms'] as const }, ['warning']],
    ['one above a highest bucket of 2 s', { p95Ms: 2_000, atLeast: ['p95Ms'] as const }, ['warning']],
    ['one of our checks', { source: 'checks', p95Ms: 2_500 } as const, ['warning']],
    ['one under a load test', { source: 'load-test', p95Ms: 2_500 } as const, ['info']],
  ])('is %s', (_, measured, severities) => {
    expect(judge(measured).findings.map(({ severity }) => severity)).toEqual(severities)
  })

  test('is not known where all lies above a highest bucket below the limit', () => {
    const { findings, unknown } = judge({ p95Ms: 1_000, atLeast: ['p95Ms'] })
    expect(findings).toEqual([])
    expect(unknown).toMatchObject([{ reason: 'it lies above the highest bucket of its histogram, 1 s' }])
  })

  test('is told once, with all that say so', () => {
    const { findings } = judge({ p95Ms: 3_200 }, { source: 'checks', method: 'exact samples', p95Ms: 2_400, count: 60 })
    expect(findings).toHaveLength(1)
    expect(findings[0]!.summary).toBe('The 95th percentile of response times is 3.2 s by Prometheus; the limit is 2 s.')
    expect(findings[0]!.evidence.map(({ quote }) => quote)).toEqual([
      '3.2 s, classic histogram, of 7200',
      '2.4 s, exact samples, of 60',
    ])
  })
})

describe('slower than before', () => {
  const against = (then: Partial<Measures> | null, now: Partial<Measures>, to: Comparison['to'] = 'before_deploy') =>
    slower('shop', [{ to, now: someMeasures(now), then: then && someMeasures(then), unknown: null }], workload).findings

  test.each([
    ['twice as slow', { p95Ms: 200 }, { p95Ms: 400 }, 1],
    ['a little slower', { p95Ms: 200 }, { p95Ms: 399 }, 0],
    ['twice as slow, and fast all the same', { p95Ms: 20 }, { p95Ms: 90 }, 0],
    ['faster', { p95Ms: 400 }, { p95Ms: 200 }, 0],
    ['not measured before', { p95Ms: null }, { p95Ms: 400 }, 0],
    ['not compared', null, { p95Ms: 400 }, 0],
    ['above a highest bucket now', { p95Ms: 200 }, { p95Ms: 5_000, atLeast: ['p95Ms'] as const }, 0],
  ])('%s', (_, then, now, count) => {
    expect(against(then, now)).toHaveLength(count)
  })

  test('is a warning after a deploy, with the command that shows it; else worth knowing', () => {
    const [deployed] = against({ p95Ms: 200 }, { p95Ms: 900 })
    expect(deployed).toMatchObject({
      severity: 'warning',
      remedies: [{ command: 'akashic rollout diff deployment/web -n shop' }],
    })
    expect(deployed!.summary).toContain('before the last deploy it was 200 ms')
    expect(against({ p95Ms: 200 }, { p95Ms: 900 }, 'last_week')[0]).toMatchObject({ severity: 'info' })
  })
})

describe('slow statements', () => {
  const judge = (calls: number, meanMs: number, isOfSpan = true) =>
    slowStatements('shop', 'orders', {
      ...{ from: new Date(noon - 3_600_000), to: new Date(noon), reason: null },
      means: [{ id: '77', calls, meanMs, isOfSpan, text: 'SELECT * FROM t WHERE a = $1' }],
    }).findings

  test('are those with a mean above a second, of five calls at least', () => {
    expect(judge(5, 1_001)).toMatchObject([
      { object: { kind: 'Query', namespace: 'orders', name: '77' }, rule: 'perf-slow-statement' },
    ])
    expect([judge(5, 1_000), judge(4, 9_000)]).toEqual([[], []])
  })

  test('are told as what they are since they are counted, where that is all that is known', () => {
    expect(judge(9, 1_500, false)[0]!.summary).toContain('1.5 s on average since it is counted, 9 times: SELECT')
  })

  test('of a database without samples are unknown', () => {
    const { findings, unknown } = slowStatements('shop', 'orders', { means: null, reason: 'no sample' })
    expect([findings, unknown]).toMatchObject([
      [],
      [{ what: 'slow statements of database orders', reason: 'no sample' }],
    ])
  })
})

const aReading = (partial: Partial<ResourceReading> = {}): ResourceReading => ({
  ...{ component: 'shop', resource: 'memory', source: 'usage', name: 'app', unit: 'bytes', used: 90 * mib },
  ...{ usedBy: 'web-1', request: 64 * mib, limit: 100 * mib, utilisation: 0.9, saturation: null, errors: 0 },
  ...{ comparisons: [], memory: null, unknown: [] },
  ...partial,
})

test.each([
  ['CPU at its limit', { resource: 'cpu', utilisation: 0.95 }, 1],
  ['CPU above its request, without a limit', { resource: 'cpu', utilisation: 3, limit: null }, 0],
  ['CPU with room', { resource: 'cpu', utilisation: 0.89 }, 0],
  ['CPU that was not measured', { resource: 'cpu', utilisation: null }, 0],
  ['memory, which has a rule of its own', { utilisation: 0.95 }, 0],
  ['what a query measures', { resource: 'disk', source: 'prometheus', utilisation: 0.9, limit: null } as const, 1],
])('%s is used up or not', (_, partial, count) => {
  expect(usedUp(aReading(partial), workload, noon)).toHaveLength(count)
})

describe('high memory', () => {
  const leaks: LeakVerdict = {
    ...{ is: 'leak', perHour: 30 * mib, leastPerHour: 27 * mib, mostPerHour: 33 * mib },
    ...{ watchedMs: 4 * 3_600_000, runsAlike: 2 },
  }
  const none: LeakVerdict = { is: 'none', why: 'the floor of its memory does not grow surely' }
  const container = containerOf(
    aView(`
apiVersion: v1
kind: Pod
metadata: { name: web-1, namespace: shop }
spec: { containers: [{ name: app, image: web, resources: { limits: { memory: 100Mi } }, command: [node, a.js], env: [{ name: NODE_OPTIONS, value: --heapsnapshot-signal=SIGUSR2 }] }] }
`).get('Pod', 'shop', 'web-1')!,
    'app',
  )!
  const judge = (isHigh: boolean | null, leak: LeakVerdict, fullInMs: number | null = null) =>
    highMemory(
      {
        ...aReading({ usedBy: 'web-2', used: 99 * mib }),
        memory: { pod: 'web-1', used: 90 * mib, isHigh, leak, fullInMs },
      },
      { view: aView(''), container, workload },
      noon,
    )

  test('that is no leak is told as such, and more memory comes before snapshots', () => {
    const [finding] = judge(true, none)
    expect(finding).toMatchObject({ rule: 'memory-high', severity: 'warning', reason: 'HighMemory', part: 'app' })
    expect(finding!.summary).toContain(
      'Container app of web-1 uses 90 % of its limit, and has used more than 80 % for ten minutes. It is no leak',
    )
    expect(finding!.remedies.map(({ command }) => command)).toEqual([
      'kubectl top pod -n shop web-1 --containers',
      'kubectl set resources -n shop deployment/web -c app --limits=memory=200Mi',
    ])
  })

  test('that leaks is told with how fast, how sure, and when it is full; its heap comes before more memory', () => {
    const [finding] = judge(true, leaks, 20 * 60_000)
    expect(finding!.reason).toBe('MemoryLeak')
    expect(finding!.summary).toContain(
      'grows by 30 MB an hour, and not because it does more. At this rate it is at its limit in 20 min.',
    )
    expect(finding!.evidence.find(({ where }) => where === 'growth')!.quote).toContain(
      '27 MB to 33 MB with 95 % confidence',
    )
    expect(finding!.remedies[1]!.command).toBe('kubectl exec -n shop web-1 -c app -- kill -s USR2 1')
    expect(finding!.remedies[2]!.title).toContain('to win time')
  })

  test('a leak that is not high yet warns when it will be full within a day', () => {
    expect(judge(false, leaks, 3_600_000)).toMatchObject([{ rule: 'memory-leak', severity: 'warning' }])
    expect(judge(false, leaks, 9 * 86_400_000)).toMatchObject([{ rule: 'memory-leak', severity: 'info' }])
  })

  test('is not told where it is not, or where it is not known', () => {
    expect([judge(false, none), judge(null, none)]).toEqual([[], []])
  })
})
