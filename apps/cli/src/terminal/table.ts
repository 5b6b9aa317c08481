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
  /** Left out when even that is not enough, the last such column first. */
  readonly isOptional?: boolean
}

const gap = '  '
const leastFlexibleWidth = 12

/** Lines of a table, aligned, and cut to `width` by shortening the flexible columns and then leaving out optional ones.
 *  Columns without any text are left out. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly (string | Cell)[])[],
  width: number,
  indent = '',
): string[] {
  const body = rows.map((row) => row.map((cell) => clean(typeof cell === 'string' ? { text: cell } : cell)))
  const headed = columns.some((column) => column.heading !== undefined)
  const lines = headed ? [columns.map((column) => ({ text: column.heading ?? '' })), ...body] : body
  const used = columns.flatMap((column, at) => (body.some((row) => row[at]!.text !== '') ? [{ column, at }] : []))
  const natural = used.map(({ at }) => Math.max(...lines.map((row) => textWidth(row[at]!.text))))
  const all = used.map(({ column, at }, index) => ({ column, at, width: natural[index]! }))
  const shown = fitted(affordable(all, width - textWidth(indent)), width - textWidth(indent))
  return lines.map(
    (row) =>
      indent +
      shown
        .map((one) => pad(row[one.at]!, one))
        .join(gap)
        .trimEnd(),
  )
}

interface Placed {
  readonly column: Column
  /** Index of its cell in a row. */
  readonly at: number
  readonly width: number
}

/** The columns that can be shown in `width`. */
function affordable(columns: readonly Placed[], width: number): readonly Placed[] {
  const least = columns.map((one) => (one.column.isFlexible ? Math.min(one.width, leastFlexibleWidth) : one.width))
  if (sum(least) + gap.length * (columns.length - 1) <= width) return columns
  const dropped = columns.findLastIndex((one) => one.column.isOptional)
  return dropped < 0 ? columns : affordable(columns.toSpliced(dropped, 1), width)
}

/** The same columns, the widest flexible one narrowed until all fit or nothing has anything to give. */
function fitted(columns: readonly Placed[], width: number): readonly Placed[] {
  const excess = sum(columns.map((one) => one.width)) + gap.length * (columns.length - 1) - width
  const giving = columns.filter((one) => one.column.isFlexible && one.width > leastFlexibleWidth)
  if (excess <= 0 || giving.length === 0) return columns
  const [widest, next] = giving.toSorted((a, b) => b.width - a.width)
  const floor = Math.max(leastFlexibleWidth, (next?.width ?? 0) - 1)
  const narrowed = { ...widest!, width: Math.max(floor, widest!.width - excess) }
  return fitted(
    columns.map((one) => (one === widest ? narrowed : one)),
    width,
  )
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

function clean(cell: Cell): Cell {
  return { ...cell, text: printable(cell.text) }
}

function pad(cell: Cell, { column, width }: Placed): string {
  const text = truncate(cell.text, width)
  const fill = ' '.repeat(Math.max(0, width - textWidth(text)))
  const painted = cell.paint ? cell.paint(text) : text
  return column.align === 'right' ? fill + painted : painted + fill
}
