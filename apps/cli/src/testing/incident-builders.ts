import { systemClock } from '@akashic/shared/clock'
import type { ChecklistItem, Incident, IncidentUpdate } from '../incident/incident.ts'

/** `minutes` before now. */
export const ago = (minutes: number): string => new Date(systemClock.now() - minutes * 60_000).toISOString()

export const anUpdate = (partial: Partial<IncidentUpdate> = {}): IncidentUpdate => ({
  id: 'upd-1',
  status: 'investigating',
  body: 'We are looking into it.',
  state: 'draft',
  author: 'Ada',
  createdAt: ago(20),
  publishedAt: null,
  nextUpdateAt: null,
  affectedComponents: [{ id: 'web', name: 'Web', newStatus: 'outage' }],
  ...partial,
})

export const aChecklistItem = (partial: Partial<ChecklistItem> = {}): ChecklistItem => ({
  ...{ key: 'assess.severity', step: 1, text: 'Determine severity level', dueAt: ago(-5), isOverdue: false },
  ...{ tickedAt: null, tickedBy: null, isTickedBySystem: false, evidence: '' },
  ...partial,
})

export const anIncident = (partial: Partial<Incident> = {}): Incident => ({
  id: 'inc-1',
  version: 3,
  title: 'Checkout is down',
  severity: 'SEV-2',
  status: 'investigating',
  visibility: 'public',
  impact: 'major',
  startedAt: ago(25),
  openedAt: ago(20),
  resolvedAt: null,
  firstPublishedAt: null,
  nextUpdateAt: null,
  isUpdateOverdue: false,
  components: [{ id: 'web', name: 'Web', worstStatus: 'outage', joinedAt: ago(20), recoveredAt: null, isRoot: true }],
  ticketUrl: null,
  openedBy: 'person:Ada',
  reopenedCount: 0,
  updates: [anUpdate()],
  roles: [],
  checklist: [aChecklistItem()],
  ...partial,
})
