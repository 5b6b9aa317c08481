import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import { tableLines } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { latency } from '../load-test/summary-lines.ts'
import { instantInWords } from '../terminal/words.ts'
import { valueText } from './db-values.ts'
import { faceOf } from './faces.ts'
import type { ComponentSummary, PerformanceFinding, PerformanceReport } from './perf-report.ts'

export interface PerfOptions {
  readonly component?: string
  readonly json?: true
}

const codes = {
  ...{ healthy: exitCodes.ok, warning: exitCodes.degraded, critical: exitCodes.degraded, unknown: exitCodes.unknown },
} as const
const mostNames = 4

/** Tells how components perform. */
export async function showPerformance(
  { terminal, env, dataDir, clock }: Session,
  { component, json }: PerfOptions,
): Promise<number> {
  const api = await openApi(env, dataDir)
  const query = component === undefined ? '' : `?component=${encodeURIComponent(component)}`
  const report = await api.call<PerformanceReport>({
    path: `/api/v1/infra/performance/report${query}`,
    trying: component === undefined ? 'Measuring how components perform' : `Measuring how ${component} performs`,
  })
  if (json) terminal.print(JSON.stringify(report, null, 2))
  else for (const line of reportLines(report, terminal, clock.now())) terminal.print(line)
  return codes[report.summary.status]
}

function reportLines(report: PerformanceReport, terminal: Terminal, nowMs: number): string[] {
  const { summary, window, findings } = report
  const { paint, columns, program } = terminal
  const { icon, colour } = faceOf(summary.status)
  const verdict = paragraphLines(`${icon} ${summary.says.charAt(0).toUpperCase()}${summary.says.slice(1)}`, columns)
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)]
  const span = `${instantInWords(from, nowMs)} to ${instantInWords(to, nowMs)}`
  const trouble = findings.filter(({ severity }) => severity !== 'info')
  const notes = findings.filter(({ severity }) => severity === 'info')
  return [
    ...verdict.map((line) => paint[colour](paint.bold(line))),
    ...paragraphLines(span, columns, '  ').map(paint.grey),
    ...trouble.flatMap((finding) => findingLines(finding, terminal)),
    ...(notes.length > 0 ? [''] : []),
    ...notes.flatMap((finding) => toldLines(finding, terminal)),
    ...componentLines(report, terminal),
    ...unknownLines(report, terminal),
    ...runbookLines(report, terminal),
    ...(summary.components.length > 1
      ? ['', ...paragraphLines(`Of one alone: ${program} perf report --component ID`, columns)]
      : []),
  ]
}

function toldLines({ severity, component, summary }: PerformanceFinding, { paint, columns }: Terminal): string[] {
  const { icon, colour } = faceOf(severity)
  return paragraphLines(`${icon} ${component}: ${summary}`, columns, '  ').map((line) => paint[colour](line))
}

function findingLines(finding: PerformanceFinding, terminal: Terminal): string[] {
  return [
    '',
    ...toldLines(finding, terminal),
    ...finding.remedies.flatMap(({ title, command, isDestructive }, at) => [
      ...paragraphLines(`${at + 1}. ${title}${isDestructive ? ' (cannot be undone)' : ''}`, terminal.columns, '     '),
      ...(command === null ? [] : [`        ${command}`]),
    ]),
  ]
}

const right = { align: 'right' as const }
const missing = '–'

function componentLines({ summary, detailedMetrics }: PerformanceReport, { paint, columns }: Terminal): string[] {
  if (summary.components.length === 0) return []
  const rows = summary.components.map((each) => {
    const { icon, colour } = faceOf(each.status)
    const { comparisons = [] } =
      detailedMetrics.responseTimeMetrics.find(
        ({ component, source }) => component === each.component && source === each.duration?.source,
      ) ?? {}
    const against = (to: string): string =>
      changeText(comparisons.find((compared) => compared.to === to)?.times ?? null)
    return [
      { text: `${icon} ${each.component}`, paint: paint[colour] },
      durationText(each.duration),
      against('last_week'),
      against('before_deploy'),
      each.errors === null ? missing : shareText(each.errors.ratio),
      each.rate === null ? missing : `${Number(each.rate.perSecond.toPrecision(3))}/s`,
      useText(each, 'cpu'),
      useText(each, 'memory'),
      each.duration === null ? '' : ({ prometheus: 'its users', checks: 'our checks' }[each.duration.source] ?? ''),
    ]
  })
  const headings = [
    { heading: 'COMPONENT', isFlexible: true },
    { heading: 'P95', ...right },
    { heading: 'VS LAST WEEK', ...right, isOptional: true },
    { heading: 'VS BEFORE DEPLOY', ...right, isOptional: true },
    ...[
      { heading: 'ERRORS', ...right },
      { heading: 'RATE', ...right },
    ],
    ...[
      { heading: 'CPU', ...right },
      { heading: 'MEMORY', ...right },
    ],
    { heading: 'SEEN BY', isOptional: true },
  ]
  return ['', ...tableLines(headings, rows, columns)]
}

const durationText = (duration: ComponentSummary['duration']): string =>
  duration === null ? missing : `${duration.isAtLeast ? '> ' : ''}${latency(duration.p95Ms)}`

/** `2.1x` as long, `same`. */
function changeText(times: number | null): string {
  if (times === null) return missing
  return times > 0.9 && times < 1.1 ? 'same' : `${Number(times.toPrecision(2))}x`
}

const shareText = (ratio: number): string => valueText(ratio, 'ratio', 0)

function useText({ resources }: ComponentSummary, name: string): string {
  const utilisation = resources.find(({ resource }) => resource === name)?.utilisation ?? null
  return utilisation === null ? missing : shareText(utilisation)
}

/** The same for many components is told once. */
function unknownLines({ unknown }: PerformanceReport, { paint, columns }: Terminal): string[] {
  if (unknown.length === 0) return []
  const { colour } = faceOf('unknown')
  const groups = Map.groupBy(unknown, ({ what, reason }) => `${what} ${reason}`)
  return [
    '',
    ...[...groups.values()].flatMap((same) => {
      const { what, reason, howToGet } = same[0]!
      const names = [...new Set(same.map(({ component }) => component))]
      const more = names.length - mostNames
      const of = `${names.slice(0, mostNames).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
      return [
        ...paragraphLines(`? Unknown of ${of}: ${what} (${reason})`, columns, '  ').map((line) => paint[colour](line)),
        ...(howToGet === null ? [] : paragraphLines(`to get it: ${howToGet}`, columns, '      ')),
      ]
    }),
  ]
}

function runbookLines({ recommendations }: PerformanceReport, { columns }: Terminal): string[] {
  const titles = new Map(recommendations.flatMap(({ runbooks }) => runbooks.map(({ id, title }) => [id, title])))
  if (titles.size === 0) return []
  const named = [...titles].map(([id, title]) => `${title} (${id})`).join(', ')
  return ['', ...paragraphLines(`Runbooks, under GET /api/v1/infra/runbooks: ${named}`, columns)]
}
