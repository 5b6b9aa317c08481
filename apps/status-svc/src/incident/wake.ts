import { stepDeadlines } from './checklist.ts'
import { isOpen, type Incident } from './incident.ts'

/** True when the public was promised word by now and has none. */
export function isUpdateOverdue(incident: Pick<Incident, 'status' | 'nextUpdateAtMs'>, nowMs: number): boolean {
  return isOpen(incident) && incident.nextUpdateAtMs !== null && incident.nextUpdateAtMs < nowMs
}

/** When something becomes overdue of which nobody was reminded yet; null when nothing will. */
export function wakeAtMs(incident: Incident): number | null {
  if (!isOpen(incident)) return null
  const { nextUpdateAtMs, reminded } = incident
  const due = stepDeadlines(incident)
    .filter(({ step }) => !reminded.steps.includes(step))
    .map(({ dueAtMs }) => dueAtMs)
  if (nextUpdateAtMs !== null && nextUpdateAtMs !== reminded.updateDueMs) due.push(nextUpdateAtMs)
  return due.length === 0 ? null : Math.min(...due) + 1
}
