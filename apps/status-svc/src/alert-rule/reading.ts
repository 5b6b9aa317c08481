import type { ComponentRecord } from '../component/component.ts'

/** What was measured of a component, by its number, over a window that ends now; null where nothing could be measured. */
export type Reading = (componentNum: number, windowMs: number) => number | null

/** What is to be measured, and when. */
export interface Survey {
  readonly components: readonly Pick<ComponentRecord, 'num' | 'createdAtMs' | 'spec'>[]
  /** Since when it has been looked at without a long break. */
  readonly watchedSinceMs: number
  readonly nowMs: number
}

export const numsOf = ({ components }: Survey): number[] => components.map(({ num }) => num)

interface ValueRow {
  readonly num: number
  readonly value: number | null
}

/** A reading of rows, `otherwise` for components that have none. */
export function readingOf(rows: readonly ValueRow[], otherwise: number | null): Reading {
  const values = new Map(rows.map(({ num, value }) => [num, value]))
  return (num) => {
    const value = values.get(num)
    return value === undefined ? otherwise : value
  }
}
