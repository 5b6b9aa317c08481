import { earlyEnds, type LoadTestSummary } from '@akashic/load-test'
import { tableLines, type Column } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** What came of a test: the verdict first, then each threshold, then what was measured. */
export function summaryLines(summary: LoadTestSummary, { paint, columns }: Terminal): readonly string[] {
  const { verdict, endedEarly, name } = summary
  const failed = summary.thresholds.filter(({ outcome }) => outcome !== 'passed').length
  const why = endedEarly === null ? '' : `: ${earlyEnds[endedEarly]}`
  const of = { passed: paint.green, failed: paint.red, aborted: paint.yellow }[verdict]
  const said = {
    passed:
      summary.thresholds.length === 0 ? 'ran to its end; no threshold says what is good' : 'every threshold holds',
    failed: `${failed} of ${summary.thresholds.length} thresholds ${failed === 1 ? 'does' : 'do'} not hold`,
    aborted: 'ended before its time',
  }[verdict]
  const icon = { passed: '●', failed: '✖', aborted: '▲' }[verdict]
  return [
    of(paint.bold(`${icon} ${name}: ${said}${why}`)),
    '',
    ...thresholdLines(summary, paint, columns),
    ...figureLines(summary),
    ...requestLines(summary, columns),
    ...checkLines(summary, paint, columns),
    ...overloadLines(summary, paint),
  ]
}

function thresholdLines({ thresholds }: LoadTestSummary, paint: Terminal['paint'], width: number): readonly string[] {
  if (thresholds.length === 0) return []
  const rows = thresholds.map(({ metric, expression, outcome, value }) => [
    outcome === 'passed'
      ? { text: '✓', paint: paint.green }
      : { text: outcome === 'failed' ? '✖' : '?', paint: paint.red },
    metric,
    expression,
    value === null ? 'not measured' : `was ${Math.round(value * 1_000) / 1_000}`,
  ])
  return [...tableLines([{}, { isFlexible: true }, {}, {}], rows, width, '  '), '']
}

function figureLines({
  elapsedMs,
  requests,
  requestsPerSecond,
  failed,
  iterations,
  interrupted,
  dropped,
  latency: all,
  counters,
}: LoadTestSummary): readonly string[] {
  const share = requests === 0 ? '' : ` (${((failed / requests) * 100).toFixed(failed === 0 ? 0 : 2)} %)`
  return [
    `  ${requests} requests in ${(elapsedMs / 1_000).toFixed(1)} s, ${requestsPerSecond.toFixed(1)} a second; ${failed} failed${share}`,
    `  ${iterations} iterations${interrupted > 0 ? `, ${interrupted} cut short` : ''}${dropped === 0 ? '' : `, ${dropped} dropped: no virtual user was free`}`,
    ...(all === null
      ? []
      : [
          `  latency: median ${latency(all.medianMs)}, p95 ${latency(all.p95Ms)}, p99 ${latency(all.p99Ms)}, longest ${latency(all.maxMs)}`,
        ]),
    ...Object.entries(counters).map(
      ([name, { count, perSecond }]) => `  ${name}: ${count}, ${perSecond.toFixed(1)} a second`,
    ),
  ]
}

const right = (heading: string, more: Partial<Column> = {}): Column => ({ heading, align: 'right', ...more })

function requestLines({ byRequest }: LoadTestSummary, width: number): readonly string[] {
  if (byRequest.length === 0) return []
  const headings = [
    { heading: 'SCENARIO', isFlexible: true },
    { heading: 'REQUEST', isFlexible: true },
    ...[right('COUNT'), right('FAILED'), right('MEDIAN'), right('P95'), right('P99')],
    right('LONGEST', { isOptional: true }),
  ]
  const rows = byRequest.map(({ scenario, name, requests, failed, latency: of }) => [
    ...[scenario, name, String(requests), String(failed)],
    ...[of?.medianMs, of?.p95Ms, of?.p99Ms, of?.maxMs].map((ms) => (ms === undefined ? '–' : latency(ms))),
  ])
  return ['', ...tableLines(headings, rows, width, '  ')]
}

function checkLines({ checks }: LoadTestSummary, paint: Terminal['paint'], width: number): readonly string[] {
  const bad = checks.filter(({ failed }) => failed > 0)
  if (bad.length === 0) return []
  const rows = bad.map(({ scenario, name, passed, failed }) => [
    { text: '✖', paint: paint.red },
    scenario,
    name,
    `${failed} of ${passed + failed} failed`,
  ])
  return [
    '',
    '  Checks that failed:',
    ...tableLines([{}, { isFlexible: true }, { isFlexible: true }, {}], rows, width, '  '),
  ]
}

function overloadLines({ isOverloaded, ownDelay }: LoadTestSummary, paint: Terminal['paint']): readonly string[] {
  if (!isOverloaded) return []
  const late = `This machine was too busy: it came up to ${latency(ownDelay.p99Ms)} late (p99).`
  return ['', paint.yellow(`  ${late} Latencies may be too long by as much.`)]
}

/** As `12.3 ms` or `1.24 s`. */
export const latency = (ms: number): string =>
  ms >= 1_000 ? `${(ms / 1_000).toFixed(2)} s` : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`
