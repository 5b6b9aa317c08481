import type { EscalationPolicy, Schedule } from '@akashic/config'
import type * as proto from '@akashic/proto'
import type { LinkedPage } from './oncall/answer-by-link.ts'
import type { PageRecord } from './oncall/list-pages.ts'
import type { StoredOverride } from './oncall/override.ts'
import type { Shift } from './oncall/shifts.ts'

type NameOf = (personId: string) => string

export const encodeShift = ({ personId, startMs, endMs, because }: Shift, nameOf: NameOf): proto.Shift => ({
  ...{ personId: personId ?? '', startMs, endMs, because },
  personName: personId === null ? '' : nameOf(personId),
})

export const encodeSchedule = ({ name, timeZone, rotations }: Schedule): proto.Schedule => ({
  ...{ name, timeZone },
  rotations: rotations.map(({ people, days, starting, handOverAt }) => ({ people, days, starting, handOverAt })),
})

export const encodePolicy = ({ name, severities, steps, repeat }: EscalationPolicy): proto.EscalationPolicy => ({
  ...{ name, severities, repeat },
  steps: steps.map(({ notify, escalateAfter }) => ({ notify, escalateAfterMs: escalateAfter })),
})

export const encodeOverride = (override: StoredOverride, nameOf: NameOf): proto.OnCallOverride => {
  const { id, schedule, personId, startMs, endMs, author, reason } = override
  return { id, schedule, personId, personName: nameOf(personId), startMs, endMs, author, reason }
}

export function encodePage(page: PageRecord): proto.Page {
  const { id, version, subject, policy, title, state, openedAtMs, entries } = page
  return {
    ...{ id, version, subject, policy, title, state, openedAtMs, entries: [...entries] },
    incidentId: page.incidentId ?? '',
    dueAtMs: page.dueAtMs ?? undefined,
    acknowledgedBy: page.acknowledgedBy ?? '',
    resolvedAtMs: page.resolvedAtMs ?? undefined,
  }
}

export function encodeLinked({ page, personName, incident }: LinkedPage): proto.LinkedPage {
  return {
    ...{ page: encodePage(page), personName },
    incidentStatus: incident?.status ?? '',
    severity: incident ? `SEV-${incident.severity}` : '',
    components: (incident?.components ?? []).map(({ name, worstStatus, isRoot, recoveredAtMs }) => ({
      ...{ name, status: worstStatus, isRoot, isRecovered: recoveredAtMs !== null },
    })),
  }
}
