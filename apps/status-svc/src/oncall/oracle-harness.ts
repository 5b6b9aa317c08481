import type { Rotation, Schedule } from '@akashic/config'
import type { Override } from './shifts.ts'

const minuteMs = 60_000
const dayMinutes = 1_440

/** What the clock of a zone shows at each minute from `startMs` on, as minutes since 1970-01-01T00:00 on that clock. */
export interface WallTable {
  readonly startMs: number
  readonly shown: Int32Array
}

/** Who is on call in a minute. */
export interface Found {
  readonly personId: string | null
  readonly because: 'rotation' | 'override' | 'gap'
}

/** How many minutes pass before it looks at a clock again that just goes on; no zone changes its clock there and back in
 *  so short a time. */
const pause = 360

/** Looks at the clock now and then, and at each minute of the time in which it did not just go on. */
export function wallTable(timeZone: string, startMs: number, endMs: number): WallTable {
  const look = watch(timeZone)
  const shown = new Int32Array((endMs - startMs) / minuteMs)
  for (let i = 0; i < shown.length; i += pause) {
    const begins = look(startMs + i * minuteMs)
    const goesOn = look(startMs + (i + pause) * minuteMs) === begins + pause
    for (let j = i; j < Math.min(i + pause, shown.length); j++)
      shown[j] = goesOn ? begins + j - i : look(startMs + j * minuteMs)
  }
  return { startMs, shown }
}

function watch(timeZone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  return (atMs) => {
    const [day, month, year, hour, minute] = format.format(atMs).match(/\d+/g)!.map(Number)
    return Date.UTC(year!, month! - 1, day, hour, minute) / minuteMs
  }
}

/** Tells, minute after minute, who is on call, as somebody would who sits before the clock with the schedule in hand. */
export function* watchOver(
  schedule: Schedule,
  overrides: readonly Override[],
  { startMs, shown }: WallTable,
): Generator<Found, void, void> {
  const watched = schedule.rotations.map((rotation) => new WatchedRotation(rotation, shown[0]!))
  const eventful = new Array<boolean>(dayMinutes).fill(false)
  for (const minute of watched.flatMap((rotation) => rotation.eventful)) eventful[minute] = true
  const postponed = new Map<number, number[]>()
  const happens = (wall: number) => {
    if (!eventful[wall % dayMinutes]) return false
    for (const rotation of watched) rotation.happens(wall)
    return true
  }
  let latest = shown[0]! - 1
  let byRotation = foundIn(watched)
  for (let i = 0; i < shown.length; i++) {
    const wall = shown[i]!
    // What was shown before already happened.
    if (wall > latest) {
      const skipped = wall - latest - 1
      for (let minute = latest + 1; minute < wall; minute++)
        postponed.set(minute + skipped, [...(postponed.get(minute + skipped) ?? []), minute])
      let isNews = happens(wall)
      for (const late of postponed.get(wall) ?? []) isNews = happens(late) || isNews
      if (isNews) byRotation = foundIn(watched)
      latest = wall
    }
    yield overriddenAt(overrides, startMs + i * minuteMs) ?? byRotation
  }
}

function foundIn(rotations: readonly WatchedRotation[]): Found {
  const personId = rotations.findLast((rotation) => rotation.has() !== null)?.has() ?? null
  return { personId, because: personId === null ? 'gap' : 'rotation' }
}

function overriddenAt(overrides: readonly Override[], atMs: number): Found | undefined {
  let top: Override | undefined
  for (const override of overrides)
    if (override.startMs <= atMs && atMs < override.endMs && override.num > (top?.num ?? -1)) top = override
  return top && { personId: top.personId, because: 'override' }
}

/** A rotation as it stands after what the clock has shown. It does not know of windows that are open when it begins to
 *  watch, so its first two days do not count. */
class WatchedRotation {
  readonly eventful: readonly number[]
  readonly #rotation: Rotation
  readonly #open = new Set<string>()
  readonly #closed = new Set<string>()
  #handOvers: number

  constructor(rotation: Rotation, wall: number) {
    this.#rotation = rotation
    this.eventful = [rotation.handOverAt, ...rotation.hours.flatMap(({ from, to }) => [from, to])].map(toMinutes)
    const since = wall - 1 - (toDay(rotation.starting) * dayMinutes + toMinutes(rotation.handOverAt))
    this.#handOvers = Math.max(0, Math.floor(since / (rotation.days * dayMinutes)) + 1)
  }

  /** What happens when the clock shows `wall` for the first time, or would have shown it. */
  happens(wall: number): void {
    const { days, starting, handOverAt, hours } = this.#rotation
    const day = Math.floor(wall / dayMinutes)
    const minute = wall % dayMinutes
    const age = day - toDay(starting)
    if (minute === toMinutes(handOverAt) && age >= 0 && age % days === 0) this.#handOvers += 1
    for (const [i, { from, to, days }] of hours.entries()) {
      const began = toMinutes(to) > toMinutes(from) ? day : day - 1
      if (minute === toMinutes(to)) {
        this.#open.delete(`${i}/${began}`)
        this.#closed.add(`${i}/${began}`)
      }
      if (minute === toMinutes(from) && days.includes(weekday(day)) && !this.#closed.has(`${i}/${day}`))
        this.#open.add(`${i}/${day}`)
    }
  }

  /** Who is on call by it. */
  has(): string | null {
    const { people, hours } = this.#rotation
    if (this.#handOvers === 0 || (hours.length > 0 && this.#open.size === 0)) return null
    return people[(this.#handOvers - 1) % people.length]!
  }
}

function toMinutes(time: string): number {
  const [hour, minute] = time.split(':').map(Number)
  return hour! * 60 + minute!
}

const toDay = (date: string): number => new Date(`${date}T00:00:00Z`).getTime() / (dayMinutes * minuteMs)

const weekday = (day: number) =>
  (['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const)[new Date(day * dayMinutes * minuteMs).getUTCDay()]!
