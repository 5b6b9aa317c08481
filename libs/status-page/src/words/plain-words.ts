import type { Token } from 'markdown-it'
import { tokensOf } from './markdown.ts'

/** Words that people wrote in Markdown, as plain text on one line of at most `longest` characters, for summaries. It is text:
 *  whoever puts it into HTML escapes it. */
export function plainWords(body: string, longest: number): string {
  const parts: string[] = []
  for (const token of tokensOf(body)) addText(token, parts)
  const line = parts
    .join('')
    // Control characters, and those that turn the direction of what follows.
    .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return shortened(line, longest)
}

function addText(token: Token, parts: string[]): void {
  if (token.children) for (const child of token.children) addText(child, parts)
  else if (token.type.endsWith('break')) parts.push(' ')
  else parts.push(token.content)
  if (token.block) parts.push(' ')
}

/** `line` cut between words where that loses little, and never within a character. */
export function shortened(line: string, longest: number): string {
  if (line.length <= longest) return line
  const room = line.slice(0, Math.max(0, longest - 1)).replace(/[\ud800-\udbff]$/, '')
  const lastSpace = room.lastIndexOf(' ')
  const cut = lastSpace > room.length / 2 ? room.slice(0, lastSpace) : room
  return `${cut.trimEnd()}…`.slice(0, Math.max(0, longest))
}
