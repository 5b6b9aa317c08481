import type { CheckState } from '../judge.ts'
import type { CheckDefinition, MeasuredResult } from '../watched-check.ts'

/** One result on its way to the tables, with what it made of the check. */
export interface RecordedResult {
  readonly definition: CheckDefinition
  readonly checkNum: number
  /** The hold on the shard under which it was measured. */
  readonly fencingToken: number
  readonly atMs: number
  readonly result: MeasuredResult
  readonly state: CheckState
}
