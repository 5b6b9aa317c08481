import { printable, wrapped } from './text-width.ts'

/** Text of people as lines of at most `columns`, its own line ends kept, each indented. */
export function paragraphLines(text: string, columns: number, indent = ''): string[] {
  return text
    .trimEnd()
    .split('\n')
    .flatMap((line) => wrapped(printable(line).split(' '), ' ', columns - indent.length))
    .map((line) => `${indent}${line}`.trimEnd())
}
