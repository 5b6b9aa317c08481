// Shared by the renderer and by the script of the open page, so that both say the same.
import type { Impact, IncidentStatus } from '../incident/incident.ts'
import type { Status } from '../model.ts'

export function incidentStatusWord(status: IncidentStatus): string {
  const words: Readonly<Record<IncidentStatus, string>> = {
    investigating: 'Investigating',
    identified: 'Identified',
    monitoring: 'Monitoring',
    resolved: 'Resolved',
    postmortem: 'Resolved',
  }
  return words[status]
}

export function impactWords(impact: Impact): string {
  const words: Readonly<Record<Impact, string>> = {
    none: 'No impact measured',
    minor: 'Minor impact',
    major: 'Major impact',
    critical: 'Critical impact',
  }
  return words[impact]
}

/** The tone that goes with an impact: that of the components which made it. */
export function impactTone(impact: Impact): Status {
  const tones: Readonly<Record<Impact, Status>> = {
    none: 'unknown',
    minor: 'degraded',
    major: 'partial_outage',
    critical: 'outage',
  }
  return tones[impact]
}

/** Goes before the time of the next update: an update that did not come is said to be due, and not promised again. */
export function nextUpdateWords(isOverdue: boolean): string {
  return isOverdue ? 'The next update was due at' : 'Next update by'
}
