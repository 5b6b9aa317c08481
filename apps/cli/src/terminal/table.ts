import { printable, textWidth, truncate } from './text-width.ts'

export interface Cell {
  readonly text: string
  readonly paint?: (text: string) => string
}

export interface Column {
  readonly heading?: string
  readonly align?: 'left' | 'right'
  /** Gives way when the line is too long for the terminal. */
  readonly isFlexible?: boolean
}

const gap = '  '
const leastFlexibleWidth = 12

/** Lines of a table, aligned, cut to `columns` by shortening the flexible columns first.
 *  Columns without any text are left out. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly (string | Cell)[])[],
  width: number,
  indent = '',
): string[] {
  const body = rows.map((row) => row.map((cell) => clean(typeof cell === 'string' ? { text: cell } : cell)))
  const used = columns.map((_, index) => body.some((row) => row[index]!.text !== ''))
  const shown = columns.filter((_, index) => used[index])
  const headed = columns.some((column) => column.heading !== undefined)
  const heading = columns.map((column) => ({ text: column.heading ?? '' }))
  const lines = (headed ? [heading, ...body] : body).map((row) => row.filter((_, index) => used[index]))
  const widths = fitted(shown, lines, width - textWidth(indent))
  return lines.map(
    (row) =>
      indent +
      row
        .map((cell, index) => pad(cell, shown[index]!, widths[index]!))
        .join(gap)
        .trimEnd(),
  )
}

function clean(cell: Cell): Cell {
  return { ...cell, text: printable(cell.text) }
}

function fitted(columns: readonly Column[], lines: readonly (readonly Cell[])[], width: number): number[] {
  const natural = columns.map((_, index) => Math.max(0, ...lines.map((row) => textWidth(row[index]!.text))))
  const total = () => natural.reduce((sum, one) => sum + one, gap.length * (columns.length - 1))
  for (;;) {
    const excess = total() - width
    if (excess <= 0) return natural
    const widest = columns.reduce(
      (best, column, index) => (column.isFlexible && natural[index]! > (natural[best] ?? 0) ? index : best),
      -1,
    )
    if (widest < 0 || natural[widest]! <= leastFlexibleWidth) return natural
    const others = columns.flatMap((column, index) => (column.isFlexible && index !== widest ? [natural[index]!] : []))
    const step = Math.max(1, Math.min(excess, natural[widest]! - Math.max(leastFlexibleWidth, ...others)))
    natural[widest] = Math.max(leastFlexibleWidth, natural[widest]! - step)
  }
}

function pad(cell: Cell, column: Column, width: number): string {
  const text = truncate(cell.text, width)
  const fill = ' '.repeat(Math.max(0, width - textWidth(text)))
  const painted = cell.paint ? cell.paint(text) : text
  return column.align === 'right' ? fill + painted : painted + fill
}
