import type { Finding } from '../../finding/finding.ts'
import type { OutOfMemory } from '../../memory/out-of-memory.ts'
import type { Comparison } from '../comparison.ts'
import type { Measures } from '../measures.ts'
import type { ResourceReading } from '../resource/resource-reading.ts'
import { aQuery, noon, someMeasures } from '../testing/builders.ts'
import { mayHold } from './may-hold.ts'

type Known = Parameters<typeof mayHold>[1]
const nothing: Known = {
  ...{ measured: [], queries: [], resources: [], runs: null, statements: new Map(), outOfMemory: [] },
  limits: { responseP95: 2_000, errorRatio: 0.05 },
}
const object = { kind: 'Component', namespace: '', name: 'shop' }
const holds = (rule: string, known: Partial<Known>, where: readonly string[] = [], part = '') => {
  const evidence = where.map((each): Finding['evidence'][number] => ({
    kind: 'metric',
    object,
    where: each,
    quote: '',
    at: noon,
  }))
  return mayHold({ rule, part, object, evidence }, { ...nothing, ...known })
}
const measured = (...all: readonly Partial<Measures>[]) =>
  all.map((each) => ({ now: someMeasures(each), comparisons: [] as Comparison[] }))
const checks = { source: 'checks' } as const
const away = { p95Ms: null, failedRatio: null, count: null, perSecond: null }

test.each([
  ['Prometheus that told it says that it is fast', measured({}), false],
  ['Prometheus that told it is away, whatever the checks say', measured(away, checks), true],
  [
    'Prometheus that told it sees it above a bucket that is too low',
    measured({ p95Ms: 1_000, atLeast: ['p95Ms'] }),
    true,
  ],
  ['Prometheus is not configured any more, and the checks are fast', measured(checks), false],
  ['Prometheus is not configured any more, and the checks do not run', measured({ ...checks, ...away }), true],
  ['nothing measures it', [], true],
  ['another, which did not tell it, is away', measured({}, { ...checks, ...away }), false],
])('where %s, slow responses may last or not', (_, all, expected) => {
  expect(holds('perf-slow-response', { measured: all }, ['95th percentile by Prometheus'])).toBe(expected)
})

test.each([
  ['none fails', measured({}), [], false],
  ['it is not known', measured(away), [], true],
  ['too few fail to say', measured({ failedRatio: 0.6, count: 4 }), [], true],
])('where by Prometheus %s, errors may last or not', (_, all, queries, expected) => {
  expect(holds('perf-errors', { measured: all, queries }, ['failed by Prometheus'])).toBe(expected)
})

test.each([
  ['says that none fails', [aQuery('bad', 'errors', 0)], false],
  ['gives nothing', [aQuery('bad', 'errors', null)], true],
  ['says that some fail, and of how many is not known', [aQuery('bad', 'errors', 3)], true],
  ['is configured no more', [], false],
])('where the query that told errors %s, they may last or not', (_, queries, expected) => {
  const unrated = measured({ ...checks, perSecond: null })
  expect(holds('perf-errors', { measured: unrated, queries }, ['failed by query bad'])).toBe(expected)
})

test.each([
  ['both are known', { p95Ms: 100 }, { p95Ms: 90 }, false],
  ['now is not', { p95Ms: null }, { p95Ms: 90 }, true],
  ['then is not', { p95Ms: 100 }, { p95Ms: null }, true],
  ['there is no deploy any more to compare with', { p95Ms: 100 }, null, false],
])('where %s, that it is slower may last or not', (_, now, then, expected) => {
  const comparison: Comparison = {
    ...{ to: 'before_deploy', now: someMeasures(now), then: then && someMeasures(then), unknown: null },
  }
  const all = [{ now: someMeasures(now), comparisons: [comparison] }]
  expect(holds('perf-slower', { measured: all }, [], 'before_deploy:prometheus')).toBe(expected)
  expect(holds('perf-slower', { measured: all }, [], 'last_week:prometheus')).toBe(false)
})

const aReading = (changed: Partial<ResourceReading> = {}): ResourceReading => ({
  ...{ component: 'shop', resource: 'memory', source: 'usage', name: 'app', unit: 'bytes', used: 1, usedBy: 'a' },
  ...{ request: 1, limit: 2, utilisation: 0.5, saturation: null, errors: 0, comparisons: [], unknown: [] },
  memory: { pod: 'a', used: 1, isHigh: false, leak: { is: 'none', why: 'level' }, fullInMs: null },
  ...changed,
})
const unmeasured = { pod: null, used: null, isHigh: null, leak: { is: 'unknown', why: 'new' }, fullInMs: null } as const
const runs = (isSeen: boolean) => ({ readings: [], uses: [], isSeen, unknown: [] })

test.each([
  ['memory-high', 'app', [aReading()], true, false],
  ['memory-high', 'app', [aReading({ memory: unmeasured })], true, true],
  ['memory-high', 'app', [aReading({ memory: unmeasured, limit: null })], true, false],
  ['memory-leak', 'app', [aReading()], true, false],
  ['memory-leak', 'app', [aReading({ memory: unmeasured })], true, true],
  ['memory-leak', 'app', [], false, true],
  ['memory-leak', 'app', [], true, false],
  ['perf-resource-used-up', 'cpu:app', [aReading({ resource: 'cpu', memory: null })], true, false],
  ['perf-resource-used-up', 'cpu:app', [aReading({ resource: 'cpu', memory: null, utilisation: null })], true, true],
  ['perf-resource-used-up', 'cpu:app', [], false, true],
])('%s of %s, case %#', (rule, part, resources, isSeen, expected) => {
  expect(holds(rule, { resources, runs: runs(isSeen) }, [], part)).toBe(expected)
})

test('of what runs nowhere any more no memory is high', () => {
  expect(holds('memory-high', {}, [], 'app')).toBe(false)
})

test('a heap that ran full may have done so again while no log can be read', () => {
  const unread = [{ kind: 'unknown' } as OutOfMemory]
  expect(holds('pod-out-of-memory', { runs: runs(true), outOfMemory: unread })).toBe(true)
  expect(holds('pod-out-of-memory', { runs: runs(false) })).toBe(true)
  expect(holds('pod-out-of-memory', { runs: runs(true) })).toBe(false)
})

test('a statement of a database without samples may be slow still', () => {
  const query = { kind: 'Query', namespace: 'orders', name: '42' }
  const span = { from: new Date(noon), to: new Date(noon) }
  const read = (means: [] | null) =>
    mayHold(
      { rule: 'perf-slow-statement', part: '', object: query, evidence: [] },
      { ...nothing, statements: new Map([['orders', { ...span, means, reason: 'none' } as never]]) },
    )
  expect([read(null), read([])]).toEqual([true, false])
})
