import fc from 'fast-check'
import { minute } from '../service-harness.ts'
import { anIncident } from './incident-harness.ts'
import { isOpen } from './incident.ts'
import { lived } from './lived-harness.ts'
import { reminded } from './remind.ts'
import { wakeAtMs } from './wake.ts'

describe('the clock of an incident', () => {
  test('says once that a promise was not kept, and again when the next one is not', () => {
    const incident = anIncident({ nextUpdateAtMs: 3 * minute })
    expect(reminded(incident, 3 * minute).happenings).toEqual([])
    const late = reminded(incident, 3 * minute + 1)
    expect(late.happenings.map(({ kind }) => kind)).toEqual(['update_overdue'])
    expect(reminded(late.incident, 4 * minute).happenings).toEqual([])
    const again = { ...late.incident, nextUpdateAtMs: 4 * minute }
    expect(reminded(again, 4 * minute + 1).happenings.map(({ kind }) => kind)).toEqual(['update_overdue'])
  })

  test('says once of each step of the checklist that its deadline passed, and which items are open', () => {
    let incident = anIncident()
    const said: unknown[] = []
    for (let nowMs = 0; nowMs <= 12 * minute; nowMs += minute) {
      const change = reminded(incident, nowMs)
      incident = change.incident
      said.push(...change.happenings.map(({ kind, body }) => [nowMs / minute, kind, body['step']]))
    }
    expect(said).toEqual([
      [6, 'checklist_overdue', 1],
      [11, 'checklist_overdue', 2],
    ])
  })

  test('wakes exactly when something becomes overdue, and never for what is over', () => {
    fc.assert(
      fc.property(lived, (incident) => {
        const wakeMs = wakeAtMs(incident)
        if (!isOpen(incident)) return expect(wakeMs).toBeNull()
        expect(reminded(incident, (wakeMs ?? 1e12) - 1).happenings).toEqual([])
        if (wakeMs === null) return
        const late = reminded(incident, wakeMs)
        expect(late.happenings.length).toBeGreaterThan(0)
        expect(wakeAtMs(late.incident) ?? Infinity).toBeGreaterThan(wakeMs)
      }),
    )
  })
})
