import type { LeakVerdict } from '../../memory/leak.ts'
import type { ComparedTo } from '../comparison.ts'
import type { Unknown } from '../measures.ts'

/** The use of a resource, as the USE method asks: how much of it is used, how much waits for it, how often it failed. Null is
 *  not measured, and `unknown` says why. */
export interface ResourceReading {
  readonly component: string
  /** `cpu`, `memory`, or what a query says that it measures. */
  readonly resource: string
  readonly source: 'usage' | 'prometheus'
  /** The container, or the query. */
  readonly name: string
  /** Of the next four: cores or bytes; null for a query. */
  readonly unit: 'cores' | 'bytes' | null
  /** By the pod that uses most: its mean over the window for CPU, its last measurement for memory. */
  readonly used: number | null
  readonly usedBy: string | null
  readonly request: number | null
  readonly limit: number | null
  /** Share of the limit that is used; of the request where there is no limit. */
  readonly utilisation: number | null
  readonly saturation: number | null
  readonly errors: number | null
  readonly comparisons: readonly ResourceComparison[]
  /** For memory. */
  readonly memory: MemoryVerdict | null
  readonly unknown: readonly Unknown[]
}

/** What a pod used on average, or the value of a query, now and then. */
export interface ResourceComparison {
  readonly to: ComparedTo
  readonly now: number | null
  readonly then: number | null
  readonly unknown: string | null
}

export interface MemoryVerdict {
  /** The pod that the rest is about: the one that uses most among those where it is high, or among all where it is in none;
   *  null where it was measured of none. */
  readonly pod: string | null
  /** Bytes, by its last measurement. */
  readonly used: number | null
  /** Whether it was above 80 % of the limit for ten minutes, in any pod; null where that is not known. */
  readonly isHigh: boolean | null
  readonly leak: LeakVerdict
  /** When it will be at its limit if it goes on like this, ms from now; null where it does not leak or has no limit. */
  readonly fullInMs: number | null
}
