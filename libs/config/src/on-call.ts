import { z } from 'zod'
import { componentId } from './component.ts'
import { durationBetween } from './duration.ts'
import { line } from './text.ts'

const name = (text: string) =>
  z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/, 'must be 1 to 63 of a-z, 0-9 and -')
    .describe(text)

export const contactFields = z.strictObject({
  channel: line().max(63).describe('Name of the channel.'),
  to: line()
    .min(1)
    .max(320)
    .optional()
    .describe('Whom it reaches there: a mail address, a Slack user, a phone number for a webhook.'),
})

export const personFields = z.strictObject({
  id: name('Names the person in schedules and policies.'),
  name: line().min(1).max(120).describe('Name as people know it.'),
  contacts: z.array(contactFields).min(1).max(10).describe('How the person is paged: by all of these at once.'),
})

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const timeOfDay = (text: string) =>
  z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 09:00')
    .describe(text)

const hoursFields = z.strictObject({
  days: z
    .array(z.enum(weekdays))
    .min(1)
    .max(7)
    .default([...weekdays])
    .describe('Days of the week on which it begins.'),
  from: timeOfDay('When it begins, in the time zone of the schedule.'),
  to: timeOfDay('When it ends; not after `from` means on the next day.'),
})

export const rotationFields = z.strictObject({
  people: z.array(name('Id of a person.')).min(1).max(100).describe('Ids of the people, in turn.'),
  days: z.int().min(1).max(365).default(7).describe('Days that one turn lasts.'),
  starting: z.iso.date().describe('Day on which the first turn begins, as `2026-01-05`.'),
  handOverAt: timeOfDay('Time of day at which one hands over to the next, in the time zone of the schedule.').default(
    '09:00',
  ),
  hours: z
    .array(hoursFields)
    .max(20)
    .default([])
    .describe('Only these hours are covered; without it, all. Each has `days`, `from` and `to`.'),
})

export const isTimeZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

export const scheduleFields = z.strictObject({
  name: name('Names the schedule: `schedule:<name>` in policies.'),
  timeZone: z
    .string()
    .max(100)
    .refine(isTimeZone, 'must be a time zone such as Europe/Berlin')
    .default('UTC')
    .describe('Time zone of its times of day, as `Europe/Berlin`.'),
  rotations: z
    .array(rotationFields)
    .min(1)
    .max(20)
    .describe('Who is on call; a later one covers the earlier ones while it has somebody.'),
})

const severity = z.enum(['SEV-1', 'SEV-2', 'SEV-3', 'SEV-4', 'SEV-5'])

export const stepFields = z.strictObject({
  notify: z
    .array(z.string().regex(/^(schedule|person):[a-z0-9-]{1,63}$/, 'must be schedule:<name> or person:<id>'))
    .min(1)
    .max(20)
    .describe('Who is paged: `schedule:<name>` or `person:<id>`.'),
  escalateAfter: durationBetween('10s', '24h')
    .prefault('5m')
    .describe('How long it waits for an acknowledgement before the next step, `10s` to `24h`.'),
})

export const escalationFields = z.strictObject({
  name: name('Names the policy.'),
  severities: z.array(severity).max(5).default(['SEV-1', 'SEV-2']).describe('Severities of incidents that page.'),
  alerts: z
    .array(z.enum(['critical', 'warning', 'info']))
    .max(3)
    .default(['critical'])
    .describe('Severities of alert groups without an incident that page.'),
  components: z.array(componentId).max(1_000).optional().describe('Ids of the components that it is about.'),
  groups: z.array(line().max(120)).max(100).optional().describe('Groups whose components it is about.'),
  steps: z.array(stepFields).min(1).max(20).describe('Who is paged, one step after another.'),
  repeat: z.int().min(0).max(20).default(2).describe('How often it begins again when nobody acknowledged.'),
})

export const onCallSection = z.strictObject({
  linkUrl: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .optional()
    .describe('Public address of this installation, for the links in pages; `page.url` when left out.'),
  linkExpiresAfter: durationBetween('5m', '7d')
    .prefault('24h')
    .describe('How long the link of a page can be used, `5m` to `7d`.'),
  people: z.array(personFields).max(1_000).default([]).describe('Who can be paged, and how.'),
  schedules: z.array(scheduleFields).max(100).default([]).describe('Who is on call when.'),
  policies: z
    .array(escalationFields)
    .max(50)
    .default([])
    .describe('Who is paged for what, and what follows when nobody acknowledges; the first that fits counts.'),
})

export type OnCallSettings = z.output<typeof onCallSection>
export type Person = z.output<typeof personFields>
export type Contact = z.output<typeof contactFields>
export type Schedule = z.output<typeof scheduleFields>
export type Rotation = z.output<typeof rotationFields>
export type RotationHours = z.output<typeof hoursFields>
export type EscalationPolicy = z.output<typeof escalationFields>
