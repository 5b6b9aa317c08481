/** What the templates of one iteration may read. */
export interface TemplateValues {
  /** Rows of data sets and values taken from answers, by their full names: `data.users.email`, `vars.token`. */
  lookup(name: string): string | undefined
}

export type Template = (values: TemplateValues) => string

/** A name that nothing has given a value yet. */
export class UnknownValue extends Error {
  readonly variable: string

  constructor(variable: string) {
    super(`{{ ${variable} }} has no value`)
    this.name = 'UnknownValue'
    this.variable = variable
  }
}

const hole = /\{\{\s*([^{}]*?)\s*\}\}/g
const nameForm = /^(data\.[A-Za-z0-9_-]+\.[A-Za-z0-9_ -]+|vars\.[A-Za-z0-9_-]+|vu|iteration|uuid|random)$/

/** Names that a text refers to. @throws SyntaxError for a name of no known form. */
export function namesIn(text: string): readonly string[] {
  return [...text.matchAll(hole)].map(([, name = '']) => {
    if (nameForm.test(name)) return name
    throw new SyntaxError('{{ }} takes data.SET.COLUMN, vars.NAME, vu, iteration, uuid or random')
  })
}

/** A text with `{{ name }}` in it, read once and filled in for each iteration.
 *  @param escape what a value goes through, so that it cannot change the meaning of what it is put into.
 *  @throws SyntaxError as namesIn. */
export function compileTemplate(text: string, escape: (value: string) => string = (value) => value): Template {
  const names = namesIn(text)
  if (names.length === 0) return () => text
  const texts = text.split(hole).filter((_, index) => index % 2 === 0)
  return (values) => {
    let filled = texts[0]!
    for (const [index, name] of names.entries()) {
      const value = values.lookup(name)
      if (value === undefined) throw new UnknownValue(name)
      filled += escape(value) + texts[index + 1]!
    }
    return filled
  }
}

/** Within a text of a JSON document. */
export const escapeJson = (value: string): string => JSON.stringify(value).slice(1, -1)
