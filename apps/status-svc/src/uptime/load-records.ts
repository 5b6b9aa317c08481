import type { Queryable } from '@akashic/shared/postgres'
import { readPublicComponents } from '../component/public-components.ts'
import { readSpans, type Span } from '../status/ledger.ts'
import { effectiveIntervals, type EffectiveInterval } from './correction.ts'
import { barCount, cutDays, stretchesToRead, type UptimeRecord } from './record.ts'
import { dayMs, dayStart } from './days.ts'
import { clip } from './interval.ts'
import { overallTimeline, type OverallInterval } from './overall-timeline.ts'
import { pageNum } from './forget-days.ts'
import { readCorrections, readDays } from './store.ts'
import type { StatusTotals } from './totals.ts'

/** How far back a record reaches: the longest window, and the day that it cuts. */
const reachMs = (barCount + 1) * dayMs

/** What is known of the last 90 days of each component, by number. */
export async function loadRecords(
  db: Queryable,
  nums: readonly number[],
  nowMs: number,
): Promise<Map<number, UptimeRecord>> {
  const fromMs = dayStart(nowMs - reachMs)
  const days = await daysByComponent(db, nums, fromMs)
  const cut = cutDays(nowMs)
  const spans = nums.flatMap((num) =>
    stretchesToRead(days.get(num) ?? new Map(), cut, fromMs, nowMs).map((stretch) => ({ num, ...stretch })),
  )
  const intervals = await readEffective(db, spans, nowMs)
  return new Map(nums.map((num) => [num, { days: days.get(num) ?? new Map(), intervals: intervals.get(num) ?? [] }]))
}

/** What is known of the last 90 days of the public page as a whole. */
export async function loadPageRecord(db: Queryable, nowMs: number): Promise<UptimeRecord<OverallInterval>> {
  const fromMs = dayStart(nowMs - reachMs)
  const days = (await daysByComponent(db, [pageNum], fromMs)).get(pageNum) ?? new Map<number, StatusTotals>()
  return { days, intervals: await readPageTimeline(db, stretchesToRead(days, cutDays(nowMs), fromMs, nowMs), nowMs) }
}

/** The overall status over the given stretches of time, oldest first. */
export async function readPageTimeline(
  db: Queryable,
  stretches: readonly { readonly fromMs: number; readonly toMs: number }[],
  nowMs: number,
): Promise<OverallInterval[]> {
  const parts = await readPublicComponents(db)
  const spans = parts.flatMap(({ num }) => stretches.map((stretch) => ({ num, ...stretch })))
  const intervals = await readEffective(db, spans, nowMs)
  return overallTimeline(parts.map(({ num, critical }) => ({ critical, intervals: intervals.get(num) ?? [] })))
}

/** The effective intervals within the spans, by component, oldest first. Spans of one component do not overlap. */
export async function readEffective(
  db: Queryable,
  spans: readonly Span[],
  nowMs: number,
): Promise<Map<number, EffectiveInterval[]>> {
  if (spans.length === 0) return new Map()
  const nums = [...new Set(spans.map((span) => span.num))]
  const earliestMs = Math.min(...spans.map((span) => span.fromMs))
  const [recorded, corrections] = await Promise.all([readSpans(db, spans), readCorrections(db, nums, earliestMs)])
  const correctionsOf = Map.groupBy(corrections, (correction) => correction.num)
  const byComponent = new Map<number, EffectiveInterval[]>()
  spans.forEach(({ num, fromMs, toMs }, place) => {
    const effective = clip(effectiveIntervals(recorded[place]!, correctionsOf.get(num) ?? [], nowMs), fromMs, toMs)
    byComponent.set(num, [...(byComponent.get(num) ?? []), ...effective])
  })
  return byComponent
}

async function daysByComponent(
  db: Queryable,
  nums: readonly number[],
  fromMs: number,
): Promise<Map<number, Map<number, StatusTotals>>> {
  const byComponent = new Map<number, Map<number, StatusTotals>>()
  for (const day of await readDays(db, nums, fromMs)) {
    if (!byComponent.has(day.num)) byComponent.set(day.num, new Map())
    byComponent.get(day.num)!.set(day.dayMs, day.totals)
  }
  return byComponent
}
