import { assigned } from './assign-role.ts'
import { anIncident } from './incident-harness.ts'
import { type Incident } from './incident.ts'
import { postmortemDueMs } from './postmortem-due.ts'

describe('a role', () => {
  test('is held by one person at a time, and by nobody when it is taken away', () => {
    const first = assigned(anIncident(), 'scribe', 'Ada', 1).incident
    const second = assigned(first, 'scribe', 'Grace', 2)
    expect(second.incident.roles).toEqual([{ role: 'scribe', person: 'Grace', sinceMs: 2 }])
    expect(second.happenings[0]!.body).toEqual({ role: 'scribe', person: 'Grace', before: 'Ada' })
    expect(assigned(second.incident, 'scribe', '', 3).incident.roles).toEqual([])
    expect(assigned(anIncident(), 'scribe', '', 3).happenings).toEqual([])
  })
})

describe('a postmortem', () => {
  const due = (severity: Incident['severity'], end: string) => {
    const dueMs = postmortemDueMs({ severity, resolvedAtMs: Date.parse(end) })
    return dueMs === null ? null : new Date(dueMs).toISOString().slice(0, 16)
  }

  test('of SEV-1 is due after 3 days, of SEV-2 after 5 business days, of others never', () => {
    expect(due(1, '2026-03-06T10:00Z')).toBe('2026-03-09T10:00')
    expect(due(2, '2026-03-02T10:00Z')).toBe('2026-03-09T10:00')
    expect(due(2, '2026-03-06T10:00Z')).toBe('2026-03-13T10:00')
    expect(due(2, '2026-03-07T10:00Z')).toBe('2026-03-13T10:00')
    expect(due(3, '2026-03-06T10:00Z')).toBeNull()
    expect(postmortemDueMs({ severity: 1, resolvedAtMs: null })).toBeNull()
  })
})
