import type { Change, Incident } from './incident.ts'

/** The incident after one rule after another, with everything that happened to it. */
export function inTurn(incident: Incident, ...rules: readonly ((incident: Incident) => Change)[]): Change {
  return rules.reduce<Change>(
    (before, rule) => {
      const after = rule(before.incident)
      return { incident: after.incident, happenings: [...before.happenings, ...after.happenings] }
    },
    { incident, happenings: [] },
  )
}
