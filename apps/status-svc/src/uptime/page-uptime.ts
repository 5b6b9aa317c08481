import type { Clock } from '@akashic/shared/clock'
import type { Queryable } from '@akashic/shared/postgres'
import type { OverallStatus } from '../status/overall-status.ts'
import { barCount, windowsOf, type UptimeRecord } from './record.ts'
import { dayMs, dayStart } from './days.ts'
import { clip } from './interval.ts'
import { loadPageRecord, readPageTimeline } from './load-records.ts'
import type { OverallInterval } from './overall-timeline.ts'
import type { UptimeWindows } from './windows.ts'

/** The past of the public page as a whole, as last read. */
export interface PageUptime {
  /** Reads it anew: after a component turned, and when a day is over. */
  load(): Promise<void>
  /** Uptime over the windows that end at `nowMs`; from the last reading on, the page has been `overall`. */
  windows(overall: OverallStatus, nowMs: number): UptimeWindows
  /** Since when the page has been as it was at the last reading; null while nothing is known. */
  since(): { readonly overall: OverallStatus; readonly sinceMs: number } | null
}

export function createPageUptime({ db, clock }: { readonly db: Queryable; readonly clock: Clock }): PageUptime {
  let record: UptimeRecord = { days: new Map(), intervals: [] }
  let readAtMs = clock.now()
  let since: ReturnType<PageUptime['since']> = null

  return {
    load: async () => {
      const nowMs = clock.now()
      const read = await loadPageRecord(db, nowMs)
      since = await readSince(db, read, nowMs)
      record = read
      readAtMs = nowMs
    },
    windows: (overall, nowMs) => {
      const sinceRead = { fromMs: readAtMs, toMs: Math.max(readAtMs, nowMs), status: overall }
      return windowsOf({ ...record, intervals: [...record.intervals, sinceRead] }, nowMs)
    },
    since: () => since,
  }
}

/** Walks back from now, day by day, to where the present overall status began. */
async function readSince(
  db: Queryable,
  record: UptimeRecord<OverallInterval>,
  nowMs: number,
): Promise<ReturnType<PageUptime['since']>> {
  const last = record.intervals.at(-1)
  if (!last) return null
  const { status: overall } = last
  let sinceMs = last.toMs
  for (let day = dayStart(sinceMs - 1); day > nowMs - barCount * dayMs; day -= dayMs) {
    if (record.days.get(day)?.[overall] === dayMs) {
      sinceMs = day
      continue
    }
    const known = clip(record.intervals, day, day + dayMs)
    const timeline = known.length > 0 ? known : await readPageTimeline(db, [{ fromMs: day, toMs: day + dayMs }], nowMs)
    for (const interval of timeline.toReversed()) {
      if (interval.status !== overall || interval.toMs !== sinceMs) return { overall, sinceMs }
      sinceMs = interval.fromMs
    }
    if (sinceMs > day) break
  }
  return { overall, sinceMs }
}
