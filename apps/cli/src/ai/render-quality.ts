import type { Paint } from '../terminal/paint.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import { tableLines, type Cell } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { counted } from '../terminal/words.ts'
import { itemLines } from './item-lines.ts'
import { whole } from './limit-words.ts'
import type { ModelQuality, QualityAlert, QualityReport, Trend } from './quality-report.ts'
import { scoreText, shareText } from './quality-words.ts'

type Canvas = Pick<Terminal, 'paint' | 'columns'>

/** The report: the verdict, alerts, scores, what was flagged, trends, each model, and what to do. */
export function qualityLines(report: QualityReport, canvas: Canvas): string[] {
  const { alerts, trends, models, recommendations } = report
  const { columns } = canvas
  return [
    verdictLine(report, canvas.paint),
    ...section(
      'Alerts:',
      alerts.toSorted(bySeverity).flatMap((alert) => alertLines(alert, canvas)),
    ),
    ...(report.responses === 0 ? [] : section(scoresHeading(report), scoreLines(report, canvas))),
    ...section('Flagged:', flagLines(report, columns)),
    ...(report.responses === 0 ? [] : section('Trends:', trendLines(trends, canvas))),
    ...(models.length === 0 ? [] : section('By model:', modelLines(models, canvas))),
    ...section(
      'Recommended:',
      recommendations.flatMap((text) => itemLines(text, columns)),
    ),
  ]
}

const section = (heading: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', heading, ...lines]

function verdictLine({ responses, overallScore, alerts, models }: QualityReport, paint: Paint): string {
  const score = overallScore === null ? 'not scored' : `overall ${scoreText(overallScore)}`
  const drifting = models.filter((model) => model.drifting.length > 0).length
  const parts = [
    ...(alerts.length > 0 ? [counted(alerts.length, 'alert')] : []),
    ...(drifting > 0 ? [`${counted(drifting, 'model')} got worse`] : []),
  ]
  if (parts.length === 0 && responses === 0) return paint.grey('? Nothing was measured: no answer was judged.')
  if (parts.length === 0 && overallScore === null) {
    return paint.grey(`? Nothing can be said of how good the answers are: none of ${responses} has a score.`)
  }
  if (parts.length === 0) return `${paint.green(paint.bold('● The answers are good'))}, ${score}`
  const [icon, colour] = alerts.some(({ severity }) => severity === 'critical')
    ? (['✖', 'red'] as const)
    : (['▲', 'orange'] as const)
  return `${paint[colour](paint.bold(`${icon} The answers need a look: ${parts.join(', ')}`))}, ${score}`
}

const bySeverity = (a: QualityAlert, b: QualityAlert): number =>
  Number(b.severity === 'critical') - Number(a.severity === 'critical')

function alertLines({ severity, message, threshold, current }: QualityAlert, { paint, columns }: Canvas): string[] {
  const [icon, colour] = severity === 'critical' ? (['✖', 'red'] as const) : (['▲', 'orange'] as const)
  const bound = `it is ${numberText(current)}, the threshold is ${numberText(threshold)}`
  const text = `${icon} ${severity}: ${message.replace(/\.$/, '')} (${bound})`
  return paragraphLines(text, columns, '  ').map(paint[colour])
}

const numberText = (value: number): string => String(Number(value.toPrecision(3)))

const scoresHeading = ({ responses, scored }: QualityReport): string =>
  `Of the newest ${counted(responses, 'answer')}, ${scored} scored:`

function scoreLines({ overallScore, metrics }: QualityReport, { paint, columns }: Canvas): string[] {
  const { averageLength, coherenceScore, relevanceScore, errorRate, userSatisfaction } = metrics
  const rows = [
    ['overall', scoreText(overallScore)],
    ['coherence', scoreText(coherenceScore)],
    ['relevance', scoreText(relevanceScore)],
    ['errors', shareText(errorRate)],
    ['satisfaction', scoreText(userSatisfaction)],
    ['length', averageLength === null ? 'not measured' : `${whole(averageLength)} characters on average`],
  ].map(([name, value]): Cell[] => [
    { text: name! },
    { text: value!, ...(value === 'not measured' && { paint: paint.dim }) },
  ])
  return tableLines([{}, { isFlexible: true }], rows, columns, '  ')
}

const words = (name: string): string => name.replaceAll('_', ' ')

function flagLines({ flags, responses }: QualityReport, columns: number): string[] {
  const rows = Object.entries(flags)
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([flag, count]) => [words(flag), `${count} of ${counted(responses, 'answer')}`])
  return tableLines([{}, {}], rows, columns, '  ')
}

/** Which way each measure gets worse; of the others no way is worse. */
const worse: Readonly<Record<string, Trend['direction']>> = {
  ...{ coherence: 'falling', relevance: 'falling', error: 'rising', errors: 'rising' },
}
const arrows: Readonly<Record<Trend['direction'], string>> = { rising: '↗', falling: '↘', stable: '→' }

function trendLines(trends: readonly Trend[], { paint, columns }: Canvas): string[] {
  const rows = trends.map(({ metric, direction, slope, pValue }): (string | Cell)[] => {
    const isMoving = direction !== 'stable'
    const colour = !isMoving || worse[metric] === undefined ? 'dim' : worse[metric] === direction ? 'orange' : 'green'
    const by = slope === 0 ? '' : `${slope > 0 ? '+' : ''}${numberText(slope * 100)} in 100 answers, `
    const change = `${by}p ${pText(pValue)}`
    return [words(metric), { text: `${arrows[direction]} ${direction}`, paint: paint[colour] }, isMoving ? change : '']
  })
  return tableLines([{}, {}, { isFlexible: true, isOptional: true }], rows, columns, '  ')
}

const pText = (pValue: number): string => (pValue < 0.001 ? '< 0.001' : `= ${numberText(pValue)}`)

function modelLines(models: readonly ModelQuality[], { paint, columns }: Canvas): string[] {
  const short = (score: number | null): string => (score === null ? '–' : scoreText(score))
  const rows = models.map((one): (string | Cell)[] => [
    { text: `${one.provider}/${one.model}`, paint: paint.bold },
    String(one.responses),
    short(one.overallScore),
    short(one.coherenceScore),
    short(one.relevanceScore),
    one.errorRate === null ? '–' : shareText(one.errorRate),
  ])
  const number = (heading: string) => ({ heading, align: 'right' }) as const
  const [headings, ...lines] = tableLines(
    [
      { heading: 'MODEL', isFlexible: true },
      number('ANSWERS'),
      number('OVERALL'),
      number('COHERENCE'),
      { ...number('RELEVANCE'), isOptional: true },
      number('ERRORS'),
    ],
    rows,
    columns,
    '  ',
  )
  return [headings!, ...models.flatMap((one, index) => [lines[index]!, ...driftLines(one, { paint, columns })])]
}

/** What was noticed to be worse than before. */
function driftLines({ drifting }: ModelQuality, { paint, columns }: Canvas): string[] {
  if (drifting.length === 0) return []
  return paragraphLines(`▲ got worse: ${drifting.map(words).join(', ')}`, columns, '    ').map(paint.orange)
}
