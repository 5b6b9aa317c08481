import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'

/** One measured figure. `ratio` is ours to the floor, or to the peer where there is no floor. */
export interface Row {
  readonly measure: string
  readonly ours: string
  readonly floor?: string
  readonly peer?: string
  readonly ratio?: string
  readonly aim?: string
  /** Whether the aim was met in this run; absent where there is none. */
  readonly met?: boolean
}

export interface Report {
  readonly rows: readonly Row[]
  /** Every raw figure, for bench/results. */
  readonly raw: Readonly<Record<string, unknown>>
}

const columns = ['measure', 'ours', 'floor', 'peer', 'ratio', 'aim', ''] as const

export function printTable(name: string, rows: readonly Row[]): void {
  const cells = rows.map((row) => [
    row.measure,
    row.ours,
    row.floor ?? '-',
    row.peer ?? '-',
    row.ratio ?? '-',
    row.aim ?? '-',
    row.met === undefined ? '' : row.met ? 'met' : 'MISSED',
  ])
  const widths = columns.map((title, i) => Math.max(title.length, ...cells.map((line) => line[i]!.length)))
  const line = (parts: readonly string[]) =>
    parts
      .map((part, i) => (i === 0 ? part.padEnd(widths[i]!) : part.padStart(widths[i]!)))
      .join('  ')
      .trimEnd()
  console.log(`\nbench ${name}: ${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.version}\n`)
  console.log(line(columns))
  console.log(widths.map((width) => '-'.repeat(width)).join('  '))
  for (const cell of cells) console.log(line(cell))
}

export async function saveRaw(name: string, report: Report): Promise<void> {
  const folder = join(import.meta.dirname, '..', 'results')
  await mkdir(folder, { recursive: true })
  const body = { bench: name, node: process.version, cores: cpus().length, rows: report.rows, raw: report.raw }
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(body, null, 2)}\n`)
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** The value below which the share `q` of `values` lies. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN
}
