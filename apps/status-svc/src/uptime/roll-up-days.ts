import type { Database, Transaction } from '@akashic/shared/postgres'
import { readPublicComponents } from '../component/public-components.ts'
import { holdLedgers, pruneIntervals } from '../status/ledger.ts'
import { dayMs, dayStart, daysTouched } from './days.ts'
import { pageNum } from './forget-days.ts'
import { readEffective, readPageTimeline } from './load-records.ts'
import { barCount } from './record.ts'
import { listDays, pruneDays, readDays, readDueDays, removeDueDays, saveDays } from './store.ts'
import { totalsOf } from './totals.ts'

const mostAtOnce = 2_000
const pageDaysAtOnce = 10

export interface RollUpDeps {
  readonly db: Database
  /** How long the ledger and its roll-up are kept. */
  readonly retentionMs: () => number
}

/** Rolls up each whole day of the last 90 that is not yet rolled up, or was changed since, and of which nothing was removed
 *  for its age; then removes what is too old.
 *  Reading needs none of this; it makes reading quick. */
export async function rollUpDays({ db, retentionMs }: RollUpDeps, nowMs: number): Promise<void> {
  const toMs = dayStart(nowMs)
  const wholeFromMs = Math.ceil((nowMs - retentionMs()) / dayMs) * dayMs
  const fromMs = Math.max(toMs - barCount * dayMs, wholeFromMs)
  await db.transaction((tx) => listDays(tx, fromMs, toMs))
  while ((await db.transaction((tx) => rollUpComponents(tx, toMs, nowMs))) === mostAtOnce);
  while ((await db.transaction((tx) => rollUpPage(tx, fromMs, toMs, nowMs))) === pageDaysAtOnce);
  await pruneDays(db, nowMs - retentionMs())
  await pruneIntervals(db, nowMs - retentionMs())
}

async function rollUpComponents(tx: Transaction, toMs: number, nowMs: number): Promise<number> {
  const due = await readDueDays(tx, toMs, mostAtOnce)
  if (due.length === 0) return 0
  await holdLedgers(tx, [...new Set(due.map((day) => day.num))])
  const spans = due.map((day) => ({ num: day.num, fromMs: day.dayMs, toMs: day.dayMs + dayMs }))
  const intervals = await readEffective(tx, spans, nowMs)
  await saveDays(
    tx,
    due.map((day) => ({ ...day, totals: totalsOf(intervals.get(day.num) ?? [], day.dayMs, day.dayMs + dayMs) })),
  )
  await removeDueDays(tx, due)
  return due.length
}

async function rollUpPage(tx: Transaction, fromMs: number, toMs: number, nowMs: number): Promise<number> {
  const components = await readPublicComponents(tx)
  const firstMs = Math.max(fromMs, dayStart(Math.min(...components.map((component) => component.createdAtMs))))
  const done = new Set((await readDays(tx, [pageNum], fromMs)).map((day) => day.dayMs))
  const missing = daysTouched(firstMs, toMs)
    .filter((day) => !done.has(day))
    .slice(0, pageDaysAtOnce)
  if (missing.length === 0) return 0
  await holdLedgers(
    tx,
    components.map((component) => component.num),
  )
  const stretches = missing.map((day) => ({ fromMs: day, toMs: day + dayMs }))
  const timeline = await readPageTimeline(tx, stretches, nowMs)
  await saveDays(
    tx,
    missing.map((day) => ({ num: pageNum, dayMs: day, totals: totalsOf(timeline, day, day + dayMs) })),
  )
  return missing.length
}
