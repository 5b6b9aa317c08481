import type { Schedule } from '@akashic/config'
import type { Queryable } from '@akashic/shared/postgres'
import type { OnCallDeps } from './on-call-deps.ts'
import * as overrides from './override-store.ts'
import { onCallAt, shiftsBetween, type Shift } from './shifts.ts'

export interface OnCallNow {
  readonly schedule: string
  readonly timeZone: string
  readonly shift: Shift
  /** Who comes next; null when that is further ahead than shifts are looked for. */
  readonly next: Shift | null
}

const reachMs = 36 * 86_400_000

/** Who is on call at `atMs`, in every schedule. */
export async function onCallNow(
  { db, onCall }: Pick<OnCallDeps, 'db' | 'onCall'>,
  atMs: number,
): Promise<readonly OnCallNow[]> {
  const now: OnCallNow[] = []
  for (const schedule of onCall().schedules) {
    const found = await overrides.readBetween(db, schedule.name, atMs - reachMs, atMs + reachMs)
    const shift = onCallAt(schedule, found, atMs)
    const isCut = shift.endMs - atMs >= reachMs - 86_400_000
    const next = isCut ? null : onCallAt(schedule, found, shift.endMs)
    now.push({ schedule: schedule.name, timeZone: schedule.timeZone, shift, next })
  }
  return now
}

/** Id of who is on call in a schedule at `atMs`; null: nobody. */
export async function personOnCall(db: Queryable, schedule: Schedule, atMs: number): Promise<string | null> {
  const found = await overrides.readBetween(db, schedule.name, atMs, atMs + 1)
  return onCallAt(schedule, found, atMs).personId
}

/** The shifts of a schedule from `fromMs` until before `toMs`. */
export async function listShifts(
  db: Queryable,
  schedule: Schedule,
  fromMs: number,
  toMs: number,
): Promise<readonly Shift[]> {
  return shiftsBetween(schedule, await overrides.readBetween(db, schedule.name, fromMs, toMs), fromMs, toMs)
}
