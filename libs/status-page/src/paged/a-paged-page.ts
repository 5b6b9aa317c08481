import { nowMs } from '../testing/builders.ts'
import type { PagedModel } from './paged-page.ts'

const minuteMs = 60_000

/** What somebody who is called about an incident sees, while nobody has acknowledged it. */
export const aPagedPage = (changes: Partial<PagedModel> = {}): PagedModel => ({
  title: 'Payments fail for some',
  personName: 'Ada Lovelace',
  state: 'calling',
  acknowledgedBy: '',
  openedAtMs: nowMs - 7 * minuteMs,
  dueAtMs: nowMs + 3 * minuteMs,
  severity: 'SEV-1',
  incidentStatus: 'investigating',
  components: [
    { name: 'Database', status: 'outage', isRoot: true, isRecovered: false },
    { name: 'Payment Processing', status: 'partial_outage', isRoot: false, isRecovered: false },
    { name: 'Web Application', status: 'degraded', isRoot: false, isRecovered: true },
  ],
  entries: [
    { atMs: nowMs - 7 * minuteMs, text: 'Grace Hopper was called' },
    { atMs: nowMs - 2 * minuteMs, text: 'Ada Lovelace was called' },
  ],
  action: './token',
  ...changes,
})

/** One in each state that a page can be in. */
export const inEveryState = (): readonly PagedModel[] => [
  aPagedPage(),
  aPagedPage({ state: 'exhausted', dueAtMs: null }),
  aPagedPage({ state: 'silenced', dueAtMs: null }),
  aPagedPage({ state: 'snoozed', dueAtMs: nowMs + 12 * minuteMs }),
  aPagedPage({ state: 'acknowledged', acknowledgedBy: 'Grace Hopper', dueAtMs: null }),
  aPagedPage({ state: 'resolved', acknowledgedBy: 'Grace Hopper', dueAtMs: null, incidentStatus: 'resolved' }),
]
