import type { Aggregate, Expression } from './threshold.ts'

/** What was measured of a metric until now. */
export interface Measured {
  /** How many samples there are. */
  readonly samples: number
  /** The aggregate's value; called only when there are samples, or for a counter. */
  aggregate(aggregate: Aggregate): number
  readonly isCounter: boolean
}

/** unknown: there is no sample, so that nothing can be said; it does not pass. */
export type Outcome = 'passed' | 'failed' | 'unknown'

export interface Judgement {
  readonly outcome: Outcome
  /** What was compared; null where there was nothing. */
  readonly value: number | null
}

/** Whether what was measured is as the expression demands. A counter that was never raised is 0. */
export function judge({ aggregate, operator, bound }: Expression, measured: Measured): Judgement {
  if (measured.samples === 0 && !measured.isCounter) return { outcome: 'unknown', value: null }
  const value = measured.aggregate(aggregate)
  return { outcome: holds(value, operator, bound) ? 'passed' : 'failed', value }
}

function holds(value: number, operator: Expression['operator'], bound: number): boolean {
  switch (operator) {
    case '<':
      return value < bound
    case '<=':
      return value <= bound
    case '>':
      return value > bound
    case '>=':
      return value >= bound
    case '==':
      return value === bound
    case '!=':
      return value !== bound
  }
}
