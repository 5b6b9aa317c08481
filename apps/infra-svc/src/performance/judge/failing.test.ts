import type { Measures } from '../measures.ts'
import type { QueryReading } from '../source/measure-query.ts'
import { aQuery, hourMs, noon, someMeasures } from '../testing/builders.ts'
import type { Judged } from './component-finding.ts'
import { failing } from './failing.ts'

const window = { fromMs: noon - hourMs, toMs: noon }
const fails = (measured: readonly Partial<Measures>[], queries: readonly QueryReading[] = []) =>
  failing('shop', measured.map(someMeasures), queries, window, 0.05)
const severitiesOf = ({ findings }: Judged) => findings.map(({ severity }) => severity)

test.each([
  ['none', 0, 100, []],
  ['a share below the limit', 0.049, 1_000, []],
  ['the limit', 0.05, 1_000, ['warning']],
  ['a half', 0.5, 1_000, ['critical']],
  ['one of ten, which is no share', 0.1, 10, []],
  ['an unknown share', null, 1_000, []],
])('of failures %s is told rightly', (_, failedRatio, count, severities) => {
  expect(severitiesOf(fails([{ failedRatio, count }]))).toEqual(severities)
})

describe('failures that a query counts', () => {
  const unsaid = { failedRatio: null, perSecond: 10 }
  const checks = { source: 'checks', perSecond: null, failedRatio: 0 } as const

  test('are a share of the requests that a histogram counts, or a query of throughput', () => {
    const byHistogram = fails([unsaid], [aQuery('failed', 'errors', 6)])
    const byQuery = fails([checks], [aQuery('failed', 'errors', 6), aQuery('rate', 'throughput', 10)])
    for (const judged of [byHistogram, byQuery]) {
      expect(judged).toMatchObject({ unknown: [], findings: [{ rule: 'perf-errors', severity: 'critical' }] })
      expect(judged.findings[0]!.summary).toBe('60 % of requests fail by query failed; the limit is 5 %.')
      expect(judged.findings[0]!.evidence).toMatchObject([{ where: 'failed by query failed', quote: '60 % of 36000' }])
    }
  })

  test('are told by the worst of several queries, and not at all below the limit', () => {
    const judged = fails([unsaid], [aQuery('few', 'errors', 0.1), aQuery('many', 'errors', 3)])
    expect(judged.findings[0]!.summary).toContain('30 % of requests fail by query many')
    expect(fails([unsaid], [aQuery('few', 'errors', 0.1)])).toEqual({ findings: [], unknown: [] })
  })

  test.each([
    ['there is no rate', []],
    ['the rate is none', [aQuery('rate', 'throughput', 0)]],
  ])('are no known share where %s', (_, rate) => {
    expect(fails([checks], [aQuery('failed', 'errors', 3), ...rate])).toMatchObject({
      ...{ findings: [], unknown: [{ what: 'what share of requests fails by query failed' }] },
    })
    expect(fails([checks], [aQuery('failed', 'errors', 0), ...rate])).toEqual({ findings: [], unknown: [] })
  })
})

test('a share at the limit of too few is unknown, and is not worth a word of a load test', () => {
  const few = { failedRatio: 0.6, count: 19 }
  expect(fails([{ ...few, source: 'checks' }])).toMatchObject({
    ...{ findings: [], unknown: [{ what: 'whether 60 % of requests fail by its checks' }] },
  })
  expect(fails([{ ...few, source: 'load-test' }])).toEqual({ findings: [], unknown: [] })
  expect(fails([{ ...few, failedRatio: 0.04 }])).toEqual({ findings: [], unknown: [] })
})

test('failures under a load test make those of use no worse', () => {
  const judged = fails([{ source: 'load-test', failedRatio: 0.9 }, { failedRatio: 0.1 }])
  expect(severitiesOf(judged)).toEqual(['warning'])
  expect(judged.findings[0]!.summary).toContain('10 % of requests fail by Prometheus')
  expect(severitiesOf(fails([{ source: 'load-test', failedRatio: 0.9 }]))).toEqual(['info'])
})
