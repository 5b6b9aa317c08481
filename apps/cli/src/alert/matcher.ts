/** One condition on a label, as Alertmanager has them. */
export interface Matcher {
  readonly name: string
  readonly value: string
  /** The whole label must fit the value as a pattern. */
  readonly isRegex: boolean
  /** False: it must not fit. */
  readonly isEqual: boolean
}

/** What was read, or what is wrong with the text. */
export type ParsedMatcher = { readonly matcher: Matcher } | { readonly problem: string }

const operators: Readonly<Record<string, Pick<Matcher, 'isRegex' | 'isEqual'>>> = {
  '=': { isRegex: false, isEqual: true },
  '!=': { isRegex: false, isEqual: false },
  '=~': { isRegex: true, isEqual: true },
  '!~': { isRegex: true, isEqual: false },
}

/** Reads a matcher as Alertmanager writes it: `name=value`, `name!=value`, `name=~pattern` or `name!~pattern`, the value
 *  in double quotes or without. `\"`, `\\` and `\n` stand for a quote, a backslash and a line end; any other backslash
 *  stands for itself, so that patterns need not double theirs. */
export function parseMatcher(text: string): ParsedMatcher {
  const match = /^\s*([a-zA-Z_][\w.:/-]*)\s*(=~|!~|!=|=)\s*(.*?)\s*$/s.exec(text)
  if (match === null) return { problem: problemOf(text) }
  const [, name = '', operator = '', raw = ''] = match
  if (!raw.startsWith('"')) {
    if (/^[=!~']/.test(raw)) return { problem: `a value that begins with ${raw[0]} stands in double quotes` }
    if (/(?<!\\)(\\\\)*"/.test(raw)) return { problem: 'a value with a double quote in it stands in double quotes' }
    return { matcher: { name, value: unescaped(raw), ...operators[operator]! } }
  }
  const quoted = /^"((?:[^"\\]|\\.)*)"(.*)$/s.exec(raw)
  if (quoted === null) return { problem: 'the double quote is not closed' }
  if (quoted[2] !== '') return { problem: 'there is something behind the closing quote' }
  return { matcher: { name, value: unescaped(quoted[1]!), ...operators[operator]! } }
}

function problemOf(text: string): string {
  if (text.includes('{')) return 'it is one condition, without braces'
  const [before = ''] = text.split(/[=!~]/, 1)
  if (before === text) return 'there is no operator: =, !=, =~ or !~'
  if (before.trim() === '') return 'there is no label before the operator'
  if (!/^\s*[a-zA-Z_][\w.:/-]*\s*$/.test(before)) return `${before.trim()} is no name of a label`
  return 'the operator is none of =, !=, =~ and !~'
}

const unescaped = (text: string): string =>
  text.replace(/\\(["\\n])/g, (_, sign: string) => (sign === 'n' ? '\n' : sign))

/** The matcher as Alertmanager writes it, which reads as the same again. */
export function matcherText({ name, value, isRegex, isEqual }: Matcher): string {
  const operator = isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!='
  const escaped = value.replace(/["\\]/g, (sign) => `\\${sign}`).replaceAll('\n', '\\n')
  return `${name}${operator}"${escaped}"`
}
