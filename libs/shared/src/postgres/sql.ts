import pg from 'pg'

/** A statement with its bound parameters. Built only by the `sql` tag, so that no value is ever spliced into text. */
export interface Sql {
  readonly text: string
  readonly values: readonly unknown[]
}

class Statement implements Sql {
  readonly parts: readonly string[]
  readonly values: readonly unknown[]

  constructor(parts: readonly string[], values: readonly unknown[]) {
    this.parts = parts
    this.values = values
  }

  get text(): string {
    return this.parts.reduce((text, part, i) => `${text}$${i}${part}`)
  }
}

function compose(parts: readonly string[], values: readonly unknown[]): Statement {
  const flatParts = [parts[0]!]
  const flatValues: unknown[] = []
  const glue = (text: string) => flatParts.push(flatParts.pop()! + text)
  values.forEach((value, i) => {
    if (value instanceof Statement) {
      glue(value.parts[0]!)
      flatParts.push(...value.parts.slice(1))
      flatValues.push(...value.values)
      glue(parts[i + 1]!)
    } else {
      flatValues.push(value)
      flatParts.push(parts[i + 1]!)
    }
  })
  return new Statement(flatParts, flatValues)
}

/** Builds a statement: a nested statement is spliced in, every other value is bound as a parameter. */
export function sql(parts: TemplateStringsArray, ...values: readonly unknown[]): Sql {
  return compose(parts, values)
}

/** A quoted name, for the statements whose names cannot be parameters: `sql.identifier('status', 'check_result')`. */
sql.identifier = (...path: readonly string[]): Sql =>
  new Statement([path.map((p) => pg.escapeIdentifier(p)).join('.')], [])

/** A quoted text, for DDL, which takes no parameters. Elsewhere bind the value. */
sql.literal = (text: string): Sql => new Statement([pg.escapeLiteral(text)], [])

/** Statements one after another, `separator` between them. */
sql.join = (statements: readonly Sql[], separator = ', '): Sql =>
  statements.length === 0
    ? new Statement([''], [])
    : compose(['', ...statements.slice(1).map(() => separator), ''], statements)

/** Binds `value` as JSON text. An array must go through this: bound bare, it becomes a Postgres array. */
sql.json = (value: unknown): Sql => new Statement(['', ''], [JSON.stringify(value)])
