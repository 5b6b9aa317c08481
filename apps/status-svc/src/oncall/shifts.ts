import type { Schedule } from '@akashic/config'
import { dayMs } from '../uptime/days.ts'
import { turnsOf } from './shift-turns.ts'
import { wallClock } from './wall-time.ts'

/** Somebody takes over for a while, `endMs` excluded. Where two overlap, the one with the higher `num` counts. */
export interface Override {
  readonly personId: string
  readonly startMs: number
  readonly endMs: number
  readonly num: number
}

/** A stretch of time with one person on call, or nobody (null, a gap); `endMs` excluded. */
export interface Shift {
  readonly startMs: number
  readonly endMs: number
  readonly personId: string | null
  readonly because: 'rotation' | 'override' | 'gap'
}

const reachMs = 35 * dayMs

/** Who is on call from `fromMs` until before `toMs`: shifts that follow one another without hole or overlap, each unlike
 *  the one before. The work grows with the length of that time, not with the age of the schedule. */
export function shiftsBetween(
  schedule: Schedule,
  overrides: readonly Override[],
  fromMs: number,
  toMs: number,
): readonly Shift[] {
  if (fromMs >= toMs) return []
  const clock = wallClock(schedule.timeZone)
  const rotations = schedule.rotations.map((rotation) =>
    turnsOf(rotation, clock, fromMs, toMs).map((turn): Shift => ({ ...turn, because: 'rotation' })),
  )
  const taken = overrides
    .filter(({ startMs, endMs }) => startMs < toMs && endMs > fromMs)
    .toSorted((a, b) => a.num - b.num)
    .map(({ startMs, endMs, personId }): Shift[] => [{ startMs, endMs, personId, because: 'override' }])
  const nobody: Shift[] = [{ startMs: fromMs, endMs: toMs, personId: null, because: 'gap' }]
  const overridden = taken.reduce(covered, nobody).filter(({ because }) => because === 'override')
  return covered(rotations.reduce(covered, nobody), overridden)
}

/** The shift that an instant lies in. Its ends are looked for within 35 days before and after; where they lie further
 *  away, it is cut off there. */
export function onCallAt(schedule: Schedule, overrides: readonly Override[], atMs: number): Shift {
  return shiftsBetween(schedule, overrides, atMs - reachMs, atMs + reachMs).find(({ endMs }) => endMs > atMs)!
}

/** `under` where `over` does not cover it, and `over` within it; both are in order and without overlap. */
function covered(under: readonly Shift[], over: readonly Shift[]): Shift[] {
  const shifts: Shift[] = []
  let next = 0
  for (const shift of under) {
    for (let atMs = shift.startMs; atMs < shift.endMs;) {
      while (next < over.length && over[next]!.endMs <= atMs) next++
      const cover = over[next]
      const isCovered = cover !== undefined && cover.startMs <= atMs
      const untilMs = isCovered ? cover.endMs : (cover?.startMs ?? Infinity)
      const endMs = Math.min(shift.endMs, untilMs)
      append(shifts, { ...(isCovered ? cover : shift), startMs: atMs, endMs })
      atMs = endMs
    }
  }
  return shifts
}

function append(shifts: Shift[], next: Shift): void {
  const last = shifts.at(-1)
  if (last && last.personId === next.personId && last.because === next.because)
    shifts.splice(-1, 1, { ...last, endMs: next.endMs })
  else shifts.push(next)
}
