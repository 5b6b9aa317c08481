import fc from 'fast-check'
import { componentStatuses } from '../status/component-status.ts'
import { worse } from './impact.ts'
import { anIncident, anIncidentComponent } from './incident-harness.ts'
import { observe } from './observe.ts'

const componentStatus = fc.constantFrom(...componentStatuses)

describe('the components of an incident', () => {
  const seen = (status: (typeof componentStatuses)[number], sinceMs: number) => new Map([[1, { status, sinceMs }]])
  const red = anIncident({ components: [anIncidentComponent('web', { worstStatus: 'degraded' })] })

  test('keep the worst they were, and have recovered once they are measured to be well', () => {
    const worst = observe(red, seen('outage', 5)).incident
    expect(worst.components[0]).toMatchObject({ worstStatus: 'outage', recoveredAtMs: null })
    const well = observe(worst, seen('operational', 9))
    expect(well.incident.components[0]).toMatchObject({ worstStatus: 'outage', recoveredAtMs: 9 })
    expect(well.happenings.map(({ kind }) => kind)).toEqual(['recovered'])
    expect(observe(well.incident, seen('operational', 9)).happenings).toEqual([])
    const again = observe(well.incident, seen('degraded', 11))
    expect(again.incident.components[0]!.recoveredAtMs).toBeNull()
    expect(again.happenings.map(({ kind }) => kind)).toEqual(['component_changed'])
  })

  test('have not recovered when nobody measures them', () => {
    for (const status of ['unknown', 'maintenance'] as const) {
      expect(observe(red, seen(status, 5)).incident.components[0]!.recoveredAtMs).toBeNull()
    }
  })

  test('never get better in hindsight', () => {
    fc.assert(
      fc.property(fc.array(componentStatus), (statuses) => {
        let incident = red
        for (const [i, status] of statuses.entries()) {
          const before = incident.components[0]!.worstStatus
          incident = observe(incident, seen(status, i)).incident
          expect(worse(before, incident.components[0]!.worstStatus)).toBe(incident.components[0]!.worstStatus)
        }
      }),
    )
  })
})
