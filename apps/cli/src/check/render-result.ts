import { describeTarget, type CheckResult, type Timings } from '@akashic/checks'
import type { CheckSpec } from '@akashic/config'
import { statusFace } from '../terminal/status-words.ts'
import { tableLines, type Cell } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { responseTimeInWords } from '../terminal/words.ts'
import { printable } from '../terminal/text-width.ts'

const phases: readonly (readonly [keyof Timings, string])[] = [
  ['dnsMs', 'name resolved'],
  ['connectMs', 'connected'],
  ['tlsMs', 'TLS agreed'],
  ['firstByteMs', 'first byte'],
]

/** Kinds whose latency is that of one statement, asked after the connection stood. */
const askOnceConnected: readonly CheckSpec['kind'][] = ['postgres', 'redis']

const barWidth = 24

/** The result as lines: the verdict, why, and where the time went. */
export function renderResult(
  spec: CheckSpec,
  result: CheckResult,
  { paint, columns }: Pick<Terminal, 'paint' | 'columns'>,
) {
  const face = statusFace(result.outcome, paint)
  const took = result.latencyMs === null ? '' : ` in ${responseTimeInWords(result.latencyMs)}`
  const verdict = result.failure?.sentence ?? `answered as expected${took}`
  return [
    `${face.paint(paint.bold(face.text.toUpperCase()))}  ${printable(describeTarget(spec))}: ${printable(verdict)}`,
    ...(result.failure ? ['', `  ${printable(result.failure.detail)}`] : []),
    ...timingLines(spec, result, paint, columns),
  ]
}

function timingLines(
  { kind }: CheckSpec,
  { timings, latencyMs, remoteAddress }: CheckResult,
  paint: Terminal['paint'],
  columns: number,
): string[] {
  const steps = phases.flatMap(([key, word]) => {
    const ms = timings[key]
    return ms === undefined ? [] : [{ word, ms }]
  })
  if (latencyMs !== null && askOnceConnected.includes(kind)) steps.push({ word: 'answered', ms: latencyMs })
  const whole = Math.max(
    latencyMs ?? 0,
    steps.reduce((sum, step) => sum + step.ms, 0),
  )
  const rows = steps.map(({ word, ms }, index): (string | Cell)[] => {
    const before = steps.slice(0, index).reduce((sum, step) => sum + step.ms, 0)
    return [word, responseTimeInWords(ms), { text: bar(before, ms, whole), paint: paint.blue }]
  })
  const from = { text: remoteAddress === undefined ? '' : `by ${remoteAddress}`, paint: paint.dim }
  const total: (string | Cell)[][] = latencyMs === null ? [] : [['in all', responseTimeInWords(whole), from]]
  const all = [...rows, ...total]
  return all.length === 0 ? [] : ['', ...tableLines([{}, { align: 'right' }, {}], all, columns, '  ')]
}

/** Where in the whole a phase lies, as a waterfall. */
function bar(beforeMs: number, ms: number, wholeMs: number): string {
  if (wholeMs <= 0) return ''
  const start = Math.min(barWidth - 1, Math.round((beforeMs / wholeMs) * barWidth))
  const length = Math.max(1, Math.round((ms / wholeMs) * barWidth))
  return '·'.repeat(start) + '━'.repeat(Math.min(length, barWidth - start))
}
