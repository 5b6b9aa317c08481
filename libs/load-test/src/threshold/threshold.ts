import type { MetricType } from '../metric/metric.ts'

export type Aggregate =
  | { readonly kind: 'avg' | 'min' | 'max' | 'med' | 'count' | 'rate' | 'value' }
  | { readonly kind: 'p'; readonly percentile: number }

export type Operator = '<' | '<=' | '>' | '>=' | '==' | '!='

/** `p(95) < 500`: what a metric must come to. */
export interface Expression {
  readonly text: string
  readonly aggregate: Aggregate
  readonly operator: Operator
  readonly bound: number
}

const known: Readonly<Record<MetricType, readonly Aggregate['kind'][]>> = {
  trend: ['avg', 'min', 'max', 'med', 'p'],
  counter: ['count', 'rate'],
  rate: ['rate'],
  gauge: ['value'],
}

const pattern = /^\s*([a-z]+)\s*(?:\(\s*([^()\s]*)\s*\))?\s*(<=|>=|===|==|!=|<|>)\s*([^\s]+)\s*$/
const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/

/** Reads one expression of k6's grammar for a metric of this type.
 *  @throws SyntaxError that says what would be right. */
export function parseExpression(text: string, type: MetricType): Expression {
  const [, word, argument, operator, value] = pattern.exec(text) ?? []
  if (word === undefined) throw new SyntaxError('must be an aggregate, a comparison and a number, such as p(95)<500')
  const aggregate = aggregateOf(word, argument)
  if (!known[type].includes(aggregate.kind)) {
    throw new SyntaxError(
      `a ${type} has ${known[type].map((kind) => (kind === 'p' ? 'p(N)' : kind)).join(', ')}, not ${word}`,
    )
  }
  if (!decimal.test(value!)) throw new SyntaxError('the right side must be a number')
  const bound = Number(value)
  const compared = (operator === '===' ? '==' : operator) as Operator
  assertPossible(type, compared, bound)
  return { text: text.trim(), aggregate, operator: compared, bound }
}

function aggregateOf(word: string, argument: string | undefined): Aggregate {
  if (word === 'p') {
    const percentile = decimal.test(argument ?? '') ? Number(argument) : Number.NaN
    if (!(percentile >= 0 && percentile <= 100)) throw new SyntaxError('p(N) takes a number from 0 to 100')
    return { kind: 'p', percentile }
  }
  if (argument !== undefined) throw new SyntaxError(`${word} takes nothing in parentheses`)
  switch (word) {
    case 'avg':
    case 'min':
    case 'max':
    case 'med':
    case 'count':
    case 'rate':
    case 'value':
      return { kind: word }
    default:
      throw new SyntaxError(`there is no aggregate ${word}; there are avg, min, max, med, p(N), count, rate and value`)
  }
}

/** A rate is a share: `rate>10` of one can never hold, and was meant of a counter, whose rate is by the second. */
function assertPossible(type: MetricType, operator: Operator, bound: number): void {
  if (type !== 'rate') return
  const neverHolds =
    (operator === '>' && bound >= 1) ||
    (operator === '>=' && bound > 1) ||
    (operator === '<' && bound <= 0) ||
    (operator === '<=' && bound < 0) ||
    (operator === '==' && (bound < 0 || bound > 1))
  if (neverHolds) {
    throw new SyntaxError(
      'a rate is a share from 0 to 1, so this can never hold; a number by the second is the rate of a counter',
    )
  }
}
