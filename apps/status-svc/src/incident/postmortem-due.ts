import type { Incident } from './incident.ts'

const dayMs = 86_400_000

/** When the postmortem must be published: of SEV-1 within 3 days of the end, of SEV-2 within 5 business days (Monday to
 *  Friday, UTC); null for lesser ones and before the end. */
export function postmortemDueMs({
  severity,
  resolvedAtMs,
}: Pick<Incident, 'severity' | 'resolvedAtMs'>): number | null {
  if (resolvedAtMs === null || severity > 2) return null
  return severity === 1 ? resolvedAtMs + 3 * dayMs : afterBusinessDays(resolvedAtMs, 5)
}

function afterBusinessDays(fromMs: number, days: number): number {
  let atMs = fromMs
  for (let left = days; left > 0;) {
    atMs += dayMs
    const weekday = new Date(atMs).getUTCDay()
    if (weekday !== 0 && weekday !== 6) left -= 1
  }
  return atMs
}
