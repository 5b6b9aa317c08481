import type { Moment } from '../run/run-result.ts'
import { earlyEnds } from './early-ends.ts'
import type { LoadTestSummary, TrendSummary } from './summary.ts'
import { escapeText, svgChart, type Chart } from './svg-chart.ts'

const colours = { first: '#2563eb', second: '#d97706', bad: '#dc2626', calm: '#64748b' }
const words = { passed: 'Passed', failed: 'Failed', aborted: 'Ended early' } as const

/** Of a moment that is drawn. */
const leastMs = 500

/** The results as a page that needs nothing else: the verdict first, thresholds, latencies, and how it went. */
export function htmlReport(summary: LoadTestSummary): string {
  const { name, verdict, endedEarly, target, startedAt, elapsedMs } = summary
  const said = `${words[verdict]}${endedEarly === null ? '' : `: ${earlyEnds[endedEarly]}`}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(`${words[verdict]}: ${name}`)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeText(name)}</h1>
<p class="verdict ${verdict}">${escapeText(said)}</p>
<p class="about">${escapeText(target)} · ${escapeText(startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'))} · ${seconds(elapsedMs)}</p>
${figures(summary)}
${overload(summary)}
${thresholds(summary)}
${charts(summary)}
${requests(summary)}
${checks(summary)}
</main>
</body>
</html>
`
}

function figures({
  requests: count,
  requestsPerSecond,
  failed,
  latency,
  iterations,
  interrupted,
  dropped,
}: LoadTestSummary): string {
  const all = [
    ['Requests', whole(count)],
    ['A second', requestsPerSecond.toFixed(1)],
    ['Failed', count === 0 ? '–' : `${percent(failed / count)}`],
    ['Median', ms(latency?.medianMs)],
    ['p95', ms(latency?.p95Ms)],
    ['p99', ms(latency?.p99Ms)],
    ['Iterations', whole(iterations)],
    ...(interrupted > 0 ? [['Cut short', whole(interrupted)]] : []),
    ['Dropped', whole(dropped)],
  ]
  return `<dl class="figures">${all.map(([term, value]) => `<div><dt>${term}</dt><dd>${value}</dd></div>`).join('')}</dl>`
}

function overload({ isOverloaded, ownDelay }: LoadTestSummary): string {
  if (!isOverloaded) return ''
  return `<p class="overload">The machine that made the load was too busy: it came up to ${ms(ownDelay.p99Ms)} late (p99). Latencies may be too long by as much.</p>`
}

function thresholds({ thresholds: all }: LoadTestSummary): string {
  if (all.length === 0) return ''
  const rows = all.map(({ metric, expression, outcome, value }) => {
    const was = value === null ? 'not measured' : shown(value)
    return `<tr class="${outcome}"><td>${{ passed: '✓', failed: '✗', unknown: '?' }[outcome]}</td><td>${escapeText(metric)}</td><td>${escapeText(expression)}</td><td class="number">${was}</td></tr>`
  })
  return section('Thresholds', ['', 'Metric', 'Expected', 'Was'], 3, rows)
}

/** What is left over at the end is no whole second: a few requests in it would be drawn as many a second. */
function wholeOnes(moments: readonly Moment[]): readonly Moment[] {
  const [before, last] = moments.slice(-2)
  return last !== undefined && last.atMs - before!.atMs < leastMs ? moments.slice(0, -1) : moments
}

function charts(summary: LoadTestSummary): string {
  const moments = wholeOnes(summary.moments)
  if (moments.length < 2) return ''
  const atMs = moments.map((moment) => moment.atMs)
  const lengths = moments.map((moment, index) => Math.max(1, moment.atMs - (moments[index - 1]?.atMs ?? 0)))
  const bySecond = (pick: (moment: (typeof moments)[number]) => number) =>
    moments.map((moment, index) => (pick(moment) * 1_000) / lengths[index]!)
  const all: readonly Chart[] = [
    {
      ...{ title: 'Latency', unit: 'ms', atMs },
      lines: [
        { name: 'median', colour: colours.first, values: moments.map(({ medianMs }) => medianMs) },
        { name: 'p95', colour: colours.second, values: moments.map(({ p95Ms }) => p95Ms) },
      ],
    },
    {
      ...{ title: 'Requests a second', unit: '', atMs },
      lines: [
        { name: 'requests', colour: colours.first, values: bySecond(({ requests: count }) => count) },
        { name: 'failed', colour: colours.bad, values: bySecond(({ failed }) => failed) },
      ],
    },
    {
      ...{ title: 'Virtual users at work', unit: '', atMs },
      lines: [{ name: 'virtual users', colour: colours.calm, values: moments.map(({ vus }) => vus) }],
    },
  ]
  return all
    .map((chart) => {
      const legend = chart.lines
        .map(({ name, colour }) => `<span><i style="background:${colour}"></i>${name}</span>`)
        .join('')
      return `<section><h2>${chart.title}</h2><p class="legend">${legend}</p><div class="wide">${svgChart(chart)}</div></section>`
    })
    .join('\n')
}

function requests({ byRequest }: LoadTestSummary): string {
  const rows = byRequest.map(({ scenario, name, requests: count, failed, latency }) => {
    const numbers = [whole(count), count === 0 ? '–' : percent(failed / count), ...latencies(latency)]
    return `<tr><td>${escapeText(scenario)}</td><td>${escapeText(name)}</td>${numbers.map((text) => `<td class="number">${text}</td>`).join('')}</tr>`
  })
  return section(
    'Requests',
    ['Scenario', 'Request', 'Count', 'Failed', 'Average', 'Median', 'p95', 'p99', 'p99.9', 'Longest'],
    2,
    rows,
  )
}

const latencies = (latency: TrendSummary | null): readonly string[] =>
  [latency?.averageMs, latency?.medianMs, latency?.p95Ms, latency?.p99Ms, latency?.p999Ms, latency?.maxMs].map(ms)

function checks({ checks: all }: LoadTestSummary): string {
  if (all.length === 0) return ''
  const rows = all.map(({ scenario, name, passed, failed }) => {
    const outcome = failed === 0 ? 'passed' : 'failed'
    return `<tr class="${outcome}"><td>${failed === 0 ? '✓' : '✗'}</td><td>${escapeText(scenario)}</td><td>${escapeText(name)}</td><td class="number">${whole(passed)}</td><td class="number">${whole(failed)}</td></tr>`
  })
  return section('Checks', ['', 'Scenario', 'Check', 'Passed', 'Failed'], 3, rows)
}

/** @param numbersFrom the first column that holds numbers. */
function section(title: string, headings: readonly string[], numbersFrom: number, rows: readonly string[]): string {
  const head = headings
    .map((heading, column) => `<th${column >= numbersFrom ? ' class="number"' : ''}>${heading}</th>`)
    .join('')
  return `<section><h2>${title}</h2><div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div></section>`
}

const whole = (count: number): string => count.toLocaleString('en-US')
const percent = (share: number): string => `${(share * 100).toFixed(share > 0 && share < 0.01 ? 2 : 1)} %`
const seconds = (elapsedMs: number): string => `${(elapsedMs / 1_000).toFixed(1)} s`
const shown = (value: number): string => String(Math.round(value * 1_000) / 1_000)
const ms = (value: number | undefined): string =>
  value === undefined
    ? '–'
    : value >= 1_000
      ? `${(value / 1_000).toFixed(2)} s`
      : `${value.toFixed(value < 10 ? 1 : 0)} ms`

const style = `
:root{color-scheme:light dark;--ink:#0f172a;--paper:#fff;--line:#e2e8f0;--dim:#64748b;--good:#15803d;--bad:#b91c1c;--warn:#b45309}
@media (prefers-color-scheme:dark){:root{--ink:#e2e8f0;--paper:#0f172a;--line:#334155;--dim:#94a3b8;--good:#4ade80;--bad:#f87171;--warn:#fbbf24}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}
.verdict{font-size:1.25rem;font-weight:600;margin:.25rem 0}.verdict.passed{color:var(--good)}.verdict.failed{color:var(--bad)}.verdict.aborted{color:var(--warn)}
.about,.legend{color:var(--dim);margin:0}.legend span{margin-right:1rem}.legend i{display:inline-block;width:.75rem;height:.75rem;margin-right:.35rem;border-radius:2px}
.overload{color:var(--warn)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(6.5rem,1fr));gap:.75rem;margin:1.25rem 0 0}
.figures div{border:1px solid var(--line);border-radius:.5rem;padding:.5rem .75rem}.figures dt{color:var(--dim);font-size:.8rem}.figures dd{margin:0;font-size:1.2rem;font-variant-numeric:tabular-nums}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}th{text-align:left;color:var(--dim);font-weight:500}th,td{padding:.35rem .6rem;border-bottom:1px solid var(--line);white-space:nowrap}
.number,th.number{text-align:right;font-variant-numeric:tabular-nums}tr.failed td:first-child{color:var(--bad)}tr.passed td:first-child{color:var(--good)}tr.unknown td:first-child{color:var(--warn)}
svg{width:100%;min-width:34rem;height:auto}.rule{stroke:var(--line)}.axis{fill:var(--dim);font-size:12px}
`
