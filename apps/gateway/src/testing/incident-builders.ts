import type { Incident, IncidentUpdate, Maintenance } from '@akashic/proto'

const atMs = 1_760_000_000_000

export const anIncident = (partial: Partial<Incident> = {}): Incident => ({
  id: 'inc-1',
  version: 3,
  title: 'Checkout is down',
  severity: 'SEVERITY_SEV_2',
  status: 'INCIDENT_STATUS_INVESTIGATING',
  visibility: 'INCIDENT_VISIBILITY_PUBLIC',
  impact: 'IMPACT_MAJOR',
  startedAtMs: atMs,
  openedAtMs: atMs + 60_000,
  updatedAtMs: atMs + 60_000,
  isUpdateOverdue: false,
  components: [
    {
      ...{ id: 'shop', name: 'Shop', worstStatus: 'STATUS_PARTIAL_OUTAGE', joinedAtMs: atMs, isRoot: true },
    },
  ],
  updates: [anUpdate()],
  roles: [{ role: 'incident_commander', person: 'Ada', sinceMs: atMs }],
  checklist: [
    {
      ...{ key: 'assess.severity', step: 1, text: 'Determine severity level', dueAtMs: atMs + 360_000 },
      ...{ isTickedBySystem: false, evidence: '', isOverdue: true },
    },
  ],
  ticketUrl: '',
  openedBy: 'person:ada',
  reopenedCount: 0,
  ...partial,
})

export const anUpdate = (partial: Partial<IncidentUpdate> = {}): IncidentUpdate => ({
  id: 'upd-1',
  status: 'INCIDENT_STATUS_INVESTIGATING',
  body: 'We are looking into it.',
  state: 'UPDATE_STATE_DRAFT',
  author: 'Ada',
  createdAtMs: atMs + 60_000,
  updatedAtMs: atMs + 60_000,
  affectedComponents: [
    { id: 'shop', name: 'Shop', oldStatus: 'STATUS_OPERATIONAL', newStatus: 'STATUS_PARTIAL_OUTAGE' },
  ],
  ...partial,
})

export const aMaintenance = (partial: Partial<Maintenance> = {}): Maintenance => ({
  id: 'mnt-1',
  version: 2,
  title: 'Move the database',
  body: 'Writes stop for a minute.',
  status: 'MAINTENANCE_STATUS_SCHEDULED',
  visibility: 'INCIDENT_VISIBILITY_PUBLIC',
  componentIds: ['shop'],
  scheduledForMs: atMs,
  scheduledUntilMs: atMs + 3_600_000,
  pausesChecks: false,
  isAutomatic: true,
  createdAtMs: atMs - 1_000,
  updatedAtMs: atMs - 1_000,
  updates: [],
  ...partial,
})
