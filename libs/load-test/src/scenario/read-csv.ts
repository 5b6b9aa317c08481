import { parse } from 'csv-parse/sync'

const mostRows = 100_000

/** The rows of a CSV with a line of headings. @throws Error where it is none, with the line. */
export function readCsv(text: string): readonly Readonly<Record<string, string>>[] {
  const rows = parse<Record<string, string>>(text, {
    columns: true,
    bom: true,
    skip_empty_lines: true,
    trim: true,
    to: mostRows + 1,
  })
  if (rows.length === 0) throw new Error('has no rows below a line of headings')
  if (rows.length > mostRows) throw new Error(`has more than ${mostRows} rows`)
  return rows
}
