import { paragraphLines } from '../terminal/paragraphs.ts'

/** A sentence of a list, its further lines beneath its first word. */
export function itemLines(text: string, columns: number): string[] {
  return paragraphLines(text, columns, '    ').map((line, index) => (index === 0 ? `  - ${line.slice(4)}` : line))
}
