import type { Queryable } from '@akashic/shared/postgres'

/** Response times of one component in one step of five minutes. */
export interface ResponseTimePoint {
  readonly atMs: number
  /** Of the checks that succeeded; null when there were none. */
  readonly meanMs: number | null
  readonly maxMs: number | null
}

/** What the check engine's roll-ups say of response times: by component id, oldest first. */
export type ListResponseTimes = (
  db: Queryable,
  componentIds: readonly string[],
  fromMs: number,
  toMs: number,
) => Promise<ReadonlyMap<string, readonly ResponseTimePoint[]>>
