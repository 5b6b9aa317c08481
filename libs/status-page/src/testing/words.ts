import type { Site } from '../document/document.ts'
import type { PageIncident } from '../incident/incident.ts'
import type { PageMaintenance } from '../maintenance/maintenance.ts'
import { nowMs } from './builders.ts'

const minuteMs = 60_000

export const aSite = (changes: Partial<Site> = {}): Site => ({
  page: { title: 'Acme' },
  nowMs,
  feeds: { atom: 'history.atom', rss: 'history.rss', calendar: 'calendar.ics' },
  ...changes,
})

export const anIncident = (changes: Partial<PageIncident> = {}): PageIncident => ({
  id: 'inc-1',
  title: 'Payments fail for some',
  status: 'identified',
  impact: 'critical',
  startedAtMs: nowMs - 42 * minuteMs,
  nextUpdateAtMs: nowMs + 12 * minuteMs,
  firstWordAfterMs: 4 * minuteMs,
  components: [{ id: 'db', name: 'Database', worstStatus: 'outage', joinedAtMs: nowMs - 42 * minuteMs }],
  updates: [
    { status: 'identified', body: 'A **disk** failed.', publishedAtMs: nowMs - 8 * minuteMs, changes: [] },
    {
      status: 'investigating',
      body: 'We are looking into it.',
      publishedAtMs: nowMs - 38 * minuteMs,
      editedAtMs: nowMs - 30 * minuteMs,
      changes: [{ name: 'Database', from: 'operational', to: 'outage' }],
    },
  ],
  postmortem: '',
  ...changes,
})

/** One that ended `agoMs` ago, after 37 minutes. */
export const aPastIncident = (agoMs: number, changes: Partial<PageIncident> = {}): PageIncident =>
  anIncident({
    status: 'resolved',
    startedAtMs: nowMs - agoMs - 37 * minuteMs,
    resolvedAtMs: nowMs - agoMs,
    nextUpdateAtMs: undefined,
    updates: [{ status: 'resolved', body: 'It is over.', publishedAtMs: nowMs - agoMs, changes: [] }],
    ...changes,
  })

export const aMaintenance = (changes: Partial<PageMaintenance> = {}): PageMaintenance => ({
  id: 'm-1',
  title: 'Larger disks',
  body: 'Writes stop for a minute.',
  status: 'scheduled',
  components: [{ id: 'db', name: 'Database' }],
  scheduledForMs: nowMs + 60 * minuteMs,
  scheduledUntilMs: nowMs + 120 * minuteMs,
  updates: [],
  ...changes,
})
