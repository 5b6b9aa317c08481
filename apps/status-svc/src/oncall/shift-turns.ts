import type { Rotation, RotationHours } from '@akashic/config'
import { dayOf, minuteOf, type WallClock } from './wall-time.ts'

/** A stretch of time, `endMs` excluded. */
interface Stretch {
  readonly startMs: number
  readonly endMs: number
}

/** Time in which a rotation has somebody. */
export interface Turn extends Stretch {
  readonly personId: string
}

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** 1970-01-01, day 0, was a Thursday. */
const weekdayOf = (day: number) => weekdays[(((day + 3) % 7) + 7) % 7]!

/** Whom a rotation has between two instants, and when: in order, without overlap, some of it before and after. */
export function turnsOf(rotation: Rotation, clock: WallClock, fromMs: number, toMs: number): Turn[] {
  const turns = handOvers(rotation, clock, fromMs, toMs)
  if (rotation.hours.length === 0) return turns
  const windows = rotation.hours.flatMap((hours) => windowsOf(hours, clock, fromMs, toMs))
  return within(turns, united(windows))
}

function handOvers(rotation: Rotation, clock: WallClock, fromMs: number, toMs: number): Turn[] {
  const { people, days } = rotation
  const first = dayOf(rotation.starting)
  const minute = minuteOf(rotation.handOverAt)
  const startOf = (turn: number) => clock.instantOf({ day: first + turn * days, minute })
  const turns: Turn[] = []
  // Today's turn may be still to begin, and yesterday's too where the clock skipped a day: Samoa in 2011.
  let turn = Math.max(0, Math.floor((clock.wallTimeOf(fromMs).day - first) / days) - 2)
  for (let startMs = startOf(turn); startMs < toMs; turn++) {
    const endMs = startOf(turn + 1)
    turns.push({ startMs, endMs, personId: people[turn % people.length]! })
    startMs = endMs
  }
  return turns
}

/** The windows of `hours` that touch the time between two instants, and perhaps some more. One whose beginning the clock
 *  skips so that it comes after its end is none. */
function windowsOf(hours: RotationHours, clock: WallClock, fromMs: number, toMs: number): Stretch[] {
  const [from, to] = [minuteOf(hours.from), minuteOf(hours.to)]
  const lasts = to <= from ? 1 : 0
  const windows: Stretch[] = []
  const lastDay = clock.wallTimeOf(toMs).day + 1
  for (let day = clock.wallTimeOf(fromMs).day - 2; day <= lastDay; day++) {
    if (!hours.days.includes(weekdayOf(day))) continue
    const window = {
      startMs: clock.instantOf({ day, minute: from }),
      endMs: clock.instantOf({ day: day + lasts, minute: to }),
    }
    if (window.startMs < window.endMs) windows.push(window)
  }
  return windows
}

/** The time that any of `stretches` covers, in order. */
function united(stretches: readonly Stretch[]): Stretch[] {
  const union: Stretch[] = []
  for (const stretch of stretches.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = union.at(-1)
    if (last && stretch.startMs <= last.endMs)
      union.splice(-1, 1, { startMs: last.startMs, endMs: Math.max(last.endMs, stretch.endMs) })
    else union.push(stretch)
  }
  return union
}

/** The parts of `turns` that lie in `windows`; both are in order and without overlap. */
function within(turns: readonly Turn[], windows: readonly Stretch[]): Turn[] {
  const parts: Turn[] = []
  let next = 0
  for (const { startMs, endMs } of windows) {
    while (next < turns.length && turns[next]!.endMs <= startMs) next++
    for (let i = next; i < turns.length && turns[i]!.startMs < endMs; i++) {
      const turn = turns[i]!
      parts.push({ ...turn, startMs: Math.max(turn.startMs, startMs), endMs: Math.min(turn.endMs, endMs) })
    }
  }
  return parts
}
