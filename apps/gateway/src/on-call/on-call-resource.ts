import type { OnCallOverride, Page, Shift } from '@akashic/proto'
import { z } from 'zod'
import { iso, isoOrNull } from '../instant.ts'

const instant = z.iso.datetime()

const personSchema = z.object({ id: z.string(), name: z.string() })

export const shiftSchema = z
  .object({
    person: personSchema.nullable().describe('Null: nobody is on call, a gap.'),
    start: instant.describe('Cut off 35 days before the instant that is looked at.'),
    end: instant.describe('Cut off 35 days after it.'),
    because: z.enum(['rotation', 'override', 'gap']),
  })
  .meta({ id: 'Shift' })

export const onCallSchema = z
  .object({
    schedule: z.string(),
    timeZone: z.string(),
    shift: shiftSchema,
    next: shiftSchema.nullable().describe('Who comes next; null when that is further ahead than is looked for.'),
  })
  .meta({ id: 'OnCall' })

export const overrideSchema = z
  .object({
    id: z.string(),
    schedule: z.string(),
    person: personSchema,
    start: instant,
    end: instant,
    author: z.string(),
    reason: z.string(),
  })
  .meta({ id: 'OnCallOverride' })

export const scheduleSchema = z
  .object({
    name: z.string(),
    timeZone: z.string(),
    rotations: z.array(
      z.object({
        people: z.array(z.string()).describe('Ids, in turn.'),
        days: z.int(),
        starting: z.string(),
        handOverAt: z.string(),
      }),
    ),
  })
  .meta({ id: 'OnCallSchedule' })

export const escalationSchema = z
  .object({
    name: z.string(),
    severities: z.array(z.string()),
    steps: z.array(z.object({ notify: z.array(z.string()), escalateAfterMs: z.int() })),
    repeat: z.int(),
  })
  .meta({ id: 'EscalationPolicy' })

export const pageSchema = z
  .object({
    id: z.string(),
    version: z.int(),
    subject: z.string().describe('`incident:<id>`, or `alerts:<group>`.'),
    incident: z.string().nullable(),
    policy: z.string(),
    title: z.string(),
    state: z.enum(['silenced', 'calling', 'acknowledged', 'snoozed', 'exhausted', 'resolved']),
    dueAt: instant.nullable().describe('When the next step is called, or a snooze ends.'),
    acknowledgedBy: z.string().nullable(),
    openedAt: instant,
    resolvedAt: instant.nullable(),
    entries: z
      .array(z.object({ at: instant, kind: z.string(), person: z.string(), detail: z.string() }))
      .describe('What happened to it, oldest first.'),
  })
  .meta({ id: 'Page' })

export const shiftResource = ({
  personId,
  personName,
  startMs,
  endMs,
  because,
}: Shift): z.infer<typeof shiftSchema> => ({
  person: personId === '' ? null : { id: personId, name: personName },
  ...{ start: iso(startMs), end: iso(endMs), because: because as z.infer<typeof shiftSchema>['because'] },
})

export function overrideResource(override: OnCallOverride): z.infer<typeof overrideSchema> {
  const { id, schedule, personId, personName, startMs, endMs, author, reason } = override
  return {
    ...{ id, schedule, author, reason, person: { id: personId, name: personName } },
    ...{ start: iso(startMs), end: iso(endMs) },
  }
}

export function pageResource(page: Page): z.infer<typeof pageSchema> {
  const { id, version, subject, incidentId, policy, title, dueAtMs, acknowledgedBy, openedAtMs, resolvedAtMs } = page
  return {
    ...{ id, version, subject, policy, title },
    state: page.state as z.infer<typeof pageSchema>['state'],
    incident: incidentId || null,
    dueAt: isoOrNull(dueAtMs),
    acknowledgedBy: acknowledgedBy || null,
    openedAt: iso(openedAtMs),
    resolvedAt: isoOrNull(resolvedAtMs),
    entries: page.entries.map(({ atMs, kind, person, detail }) => ({ at: iso(atMs), kind, person, detail })),
  }
}
