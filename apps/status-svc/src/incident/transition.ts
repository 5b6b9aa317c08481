import { OpsError } from '@akashic/shared/errors'
import { isOpen, type Change, type Incident, type IncidentStatus } from './incident.ts'
import { nextPromiseMs } from './promise.ts'

/** Where an incident may go from where it stands. Going back is allowed while it is open, since a first diagnosis may be
 *  wrong and a fix may not hold; what is over is reopened by going back to `investigating`. */
const allowed: Readonly<Record<IncidentStatus, readonly IncidentStatus[]>> = {
  investigating: ['identified', 'monitoring', 'resolved'],
  identified: ['investigating', 'monitoring', 'resolved'],
  monitoring: ['investigating', 'identified', 'resolved'],
  resolved: ['postmortem', 'investigating'],
  postmortem: ['investigating'],
}

export const allowedFrom = (status: IncidentStatus): readonly IncidentStatus[] => allowed[status]

/** The incident moved to `status` at `nowMs`. Moving to where it stands changes nothing. A move ends the wait of a policy
 *  to resolve it.
 *  @throws OpsError failed_precondition, with the allowed ones named. */
export function moveTo(incident: Incident, status: IncidentStatus, nowMs: number): Change {
  const from = incident.status
  if (from === status) return { incident, happenings: [] }
  if (!allowed[from].includes(status)) {
    throw new OpsError(
      'failed_precondition',
      `An incident that is ${from} cannot become ${status}. Allowed: ${allowed[from].join(', ')}.`,
      { extra: { allowed: allowed[from] } },
    )
  }
  const isReopened = !isOpen(incident) && status === 'investigating'
  const moved: Incident = {
    ...incident,
    status,
    resolveAtMs: null,
    reopenedCount: incident.reopenedCount + (isReopened ? 1 : 0),
    ...instantsAt(incident, status, nowMs),
    ...(isReopened && { reminded: { ...incident.reminded, updateDueMs: null } }),
  }
  return {
    incident: { ...moved, nextUpdateAtMs: nextPromiseMs(moved, nowMs) },
    happenings: [{ kind: isReopened ? 'reopened' : 'status_changed', body: { from, to: status } }],
  }
}

type Instants = Pick<Incident, 'identifiedAtMs' | 'monitoringAtMs' | 'resolvedAtMs'>

function instantsAt(incident: Incident, status: IncidentStatus, nowMs: number): Partial<Instants> {
  switch (status) {
    case 'investigating':
      return { identifiedAtMs: null, monitoringAtMs: null, resolvedAtMs: null }
    case 'identified':
      return { identifiedAtMs: incident.identifiedAtMs ?? nowMs, monitoringAtMs: null }
    case 'monitoring':
      return { monitoringAtMs: nowMs }
    case 'resolved':
      return { resolvedAtMs: nowMs }
    case 'postmortem':
      return {}
  }
}
