import type { Queryable } from '@akashic/shared/postgres'
import { pruneGroups } from '../alert/open-groups.ts'
import { pruneSilences } from '../silence/prune-silences.ts'
import type { PageMetrics } from '../oncall/page-metrics.ts'
import { countOpenPages, prunePages } from '../oncall/count-pages.ts'
import type { NotificationMetrics } from './notification-metrics.ts'
import * as store from './store.ts'

/** Shows how many notifications wait or were given up, and how many pages are open. */
export async function showTold(db: Queryable, metrics: NotificationMetrics, pages: PageMetrics): Promise<void> {
  metrics.showWaiting(await store.countWaiting(db))
  pages.showOpen(await countOpenPages(db))
}

/** So long after it was to be given up, nobody works on a notification any more. */
const strandedMs = 600_000

/** Removes notifications, pages, alert groups and silences that were over longer ago than they are kept. */
export async function pruneTold(
  { db, retentionMs }: { readonly db: Queryable; readonly retentionMs: () => number },
  nowMs: number,
): Promise<void> {
  await store.giveUpStranded(db, nowMs - strandedMs, nowMs)
  await store.prune(db, nowMs - retentionMs())
  await prunePages(db, nowMs - retentionMs())
  await pruneGroups(db, nowMs - retentionMs())
  await pruneSilences(db, nowMs - retentionMs())
}
