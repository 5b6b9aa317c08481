import { z } from 'zod'
import { componentId } from './component.ts'
import { durationBetween } from './duration.ts'
import { wordsTemplate } from './words-template.ts'
import { line, text } from './text.ts'

/** What the words of a notification may say. */
export const notificationVariables = [
  'title',
  'severity',
  'status',
  'components',
  'impact',
  'words',
  'interval',
  'estimate',
  'started',
  'url',
] as const

const subject = (fallback: string) => wordsTemplate(200, notificationVariables, line).default(fallback)
const body = (fallback: string) => wordsTemplate(5_000, notificationVariables, text).default(fallback)

const wordsOf = (title: string, words: string, meaning: string) =>
  z
    .strictObject({ title: subject(title), body: body(words) })
    .prefault({})
    .describe(meaning)

export const templateFields = z.strictObject({
  opened: wordsOf(
    '[{{severity}}] {{title}}',
    'We are currently experiencing a service disruption affecting {{components}}. Our team is actively investigating and working to restore service. We will provide updates every {{interval}}. Estimated resolution time: {{estimate}}',
    'When an incident is opened.',
  ),
  updated: wordsOf('[{{severity}}] {{title}}: {{status}}', '{{words}}', 'When words of it are published.'),
  moved: wordsOf(
    '[{{severity}}] {{title}}: {{status}}',
    'The incident is now {{status}}. Affected: {{components}}.',
    'When it moves on without words.',
  ),
  reopened: wordsOf(
    '[{{severity}}] {{title}}: open again',
    'The disruption has come back, affecting {{components}}. Our team is investigating again. Estimated resolution time: {{estimate}}',
    'When it is opened again.',
  ),
  resolved: wordsOf(
    '[{{severity}}] {{title}}: resolved',
    'The incident is resolved. {{words}}',
    'When it is resolved.',
  ),
})

export const routeFields = z.strictObject({
  channels: z.array(line().max(63)).min(1).max(20).describe('Names of the channels that are told.'),
  severities: z
    .array(z.enum(['SEV-1', 'SEV-2', 'SEV-3', 'SEV-4', 'SEV-5']))
    .min(1)
    .max(5)
    .optional()
    .describe('Severities of incidents that it is about; without it, all.'),
  alerts: z
    .array(z.enum(['critical', 'warning', 'info']))
    .max(3)
    .default([])
    .describe('Severities of alert groups without an incident that it is about; none by default.'),
  components: z.array(componentId).max(1_000).optional().describe('Ids of the components that it is about.'),
  groups: z.array(line().max(120)).max(100).optional().describe('Groups whose components it is about.'),
  visibility: z
    .array(z.enum(['public', 'internal']))
    .min(1)
    .max(2)
    .default(['public', 'internal'])
    .describe('Which incidents it tells of. Restricted ones are never told.'),
})

export const notificationsSection = z.strictObject({
  routes: z.array(routeFields).max(50).default([]).describe('Which channels hear of what. See the fields below.'),
  giveUpAfter: durationBetween('1m', '7d')
    .prefault('24h')
    .describe('How long a notification is tried before it goes to the dead letters, `1m` to `7d`.'),
  templates: templateFields.prefault({}).describe('What notifications of incidents say.'),
})

export type NotificationRoute = z.output<typeof routeFields>
export type NotificationTemplates = z.output<typeof templateFields>
export type NotificationSettings = z.output<typeof notificationsSection>
