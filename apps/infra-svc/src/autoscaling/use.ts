import type { ContainerUse } from '../usage/shares.ts'

/** The history that is asked for. */
export interface History {
  /** How far back, in minutes. */
  readonly windowMinutes: number
  /** Minutes that must have been measured before anything is said. */
  readonly leastMinutes: number
}

/** How long to wait until a use can be judged, in minutes; 0 where it can. */
export const minutesToWait = (use: ContainerUse | undefined, { leastMinutes }: History): number =>
  Math.max(0, leastMinutes - (use?.minutes ?? 0))
