import type { Queryable } from '@akashic/shared/postgres'
import { measureMissing, measureSilence } from './measure-absence.ts'
import { measureEvents } from './measure-events.ts'
import { measureOutage } from './measure-outage.ts'
import { measureRuns } from './measure-runs.ts'
import type { Probe } from './probe.ts'
import type { Reading, Survey } from './reading.ts'

/** Measures what all rules of a probe ask for, of all components at once. */
export async function measure(db: Queryable, { rules }: Probe, survey: Survey): Promise<Reading> {
  const rule = rules[0]!
  if (rule.kind === 'absence') {
    return rule.event === undefined ? measureSilence(db, survey) : measureMissing(db, rule.event, survey)
  }
  if (rule.kind === 'threshold') {
    return rule.metric === 'events'
      ? measureEvents(db, rule.event!, rule.over, survey)
      : measureRuns(db, rule.metric, rule.over, survey)
  }
  const windows = rules.flatMap((member) => (member.kind === 'burn_rate' ? member.windows : []))
  return measureOutage(db, [...new Set(windows.flatMap(({ long, short }) => [long, short]))], survey)
}
