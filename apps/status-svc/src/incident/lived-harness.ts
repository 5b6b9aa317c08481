import fc from 'fast-check'
import { minute } from '../service-harness.ts'
import { anIncident } from './incident-harness.ts'
import { incidentStatuses, type Incident } from './incident.ts'
import { publish, say, withdraw } from './words.ts'

export const status = fc.constantFrom(...incidentStatuses)
const visibility = fc.constantFrom('public' as const, 'internal' as const, 'restricted' as const)

/** What people may do, in any order, each a minute after the one before. */
type Act = (incident: Incident, nowMs: number) => Incident
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ status, body: fc.constantFrom('', 'words'), publish: fc.boolean() }).map(
    ({ status, body, publish }): Act =>
      (incident, nowMs) =>
        say(
          incident,
          { id: `u${nowMs}`, status, body, publish, nextUpdateAtMs: null, author: 'Ada', affected: [] },
          nowMs,
        ).incident,
  ),
  fc.nat().map(
    (pick): Act =>
      (incident, nowMs) =>
        publish(incident, incident.updates.at(pick % (incident.updates.length || 1))?.id ?? '', nowMs).incident,
  ),
  fc.nat().map(
    (pick): Act =>
      (incident, nowMs) =>
        withdraw(incident, incident.updates.at(pick % (incident.updates.length || 1))?.id ?? '', 'wrong', nowMs)
          .incident,
  ),
)

/** An incident after whatever was allowed of `acts`. */
const afterAll = (acts: readonly Act[], first: Incident): Incident =>
  acts.reduce((incident, one, i) => {
    try {
      return one(incident, (i + 1) * minute)
    } catch {
      return incident
    }
  }, first)

/** For properties: an incident after whatever people did to it. */
export const lived = fc
  .tuple(fc.array(act, { maxLength: 12 }), visibility)
  .map(([acts, visibility]) => afterAll(acts, anIncident({ visibility })))
