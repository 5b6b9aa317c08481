import type { EncodedSeries } from '../metric/series.ts'
import type { LoadTest } from '../scenario/load-test.ts'
import type { OwnDelay } from './own-delay.ts'

/** What a thread is given when it starts. */
export interface ThreadData {
  readonly test: LoadTest
  readonly worker: number
  readonly workers: number
  readonly origins: readonly string[]
  readonly allowHosts: readonly string[]
  readonly markedBy: Readonly<Record<string, string>>
  /** What its choices begin with. */
  readonly seed: number
  /** One Int32: requests that all threads together were allowed. */
  readonly requests: SharedArrayBuffer
}

export type ToThread =
  /** Begin at this time, ms since 1970: all threads together. */
  { readonly kind: 'start'; readonly atMs: number } | { readonly kind: 'abort' }

export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'interval'; readonly series: readonly EncodedSeries[]; readonly vus: number }
  | { readonly kind: 'done'; readonly series: readonly EncodedSeries[]; readonly ownDelay: OwnDelay }
