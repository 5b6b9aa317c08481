import fc from 'fast-check'
import { minute } from '../service-harness.ts'
import { anIncident } from './incident-harness.ts'
import { incidentStatuses, isOpen } from './incident.ts'
import { lived, status } from './lived-harness.ts'
import { allowedFrom, moveTo } from './transition.ts'

describe('the way of an incident', () => {
  test.each([
    ['investigating', ['identified', 'monitoring', 'resolved']],
    ['identified', ['investigating', 'monitoring', 'resolved']],
    ['monitoring', ['investigating', 'identified', 'resolved']],
    ['resolved', ['postmortem', 'investigating']],
    ['postmortem', ['investigating']],
  ] as const)('from %s leads to %j alone', (from, to) => {
    expect(allowedFrom(from)).toEqual(to)
    for (const next of incidentStatuses.filter((other) => other !== from)) {
      const move = () => moveTo(anIncident({ status: from }), next, 1)
      if ((to as readonly string[]).includes(next)) expect(move().incident.status).toBe(next)
      else expect(move).toThrow(`cannot become ${next}. Allowed: ${to.join(', ')}.`)
    }
  })

  test('moving to where it stands changes nothing', () => {
    fc.assert(
      fc.property(status, (status) => {
        const incident = anIncident({ status })
        expect(moveTo(incident, status, 5)).toEqual({ incident, happenings: [] })
      }),
    )
  })

  test('without words does not put off the first word to the public; coming back makes one due anew', () => {
    const opened = anIncident({ nextUpdateAtMs: 5 * minute })
    const watched = moveTo(opened, 'monitoring', 4 * minute).incident
    expect(watched.nextUpdateAtMs).toBe(5 * minute)
    expect(moveTo(watched, 'investigating', 9 * minute).incident.nextUpdateAtMs).toBe(5 * minute)
    const over = moveTo(watched, 'resolved', 10 * minute).incident
    expect(moveTo(over, 'investigating', 20 * minute).incident.nextUpdateAtMs).toBe(25 * minute)
  })

  test('keeps its instants in step with where it stands, whatever is done', () => {
    fc.assert(
      fc.property(lived, (incident) => {
        expect(incident.resolvedAtMs !== null).toBe(!isOpen(incident))
        if (incident.status === 'monitoring') expect(incident.monitoringAtMs).not.toBeNull()
        if (incident.status === 'investigating') expect(incident.identifiedAtMs).toBeNull()
        if (!isOpen(incident)) expect(incident.nextUpdateAtMs).toBeNull()
      }),
    )
  })
})
