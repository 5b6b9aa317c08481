import { z } from 'zod'
import { componentId } from './component.ts'
import { durationBetween } from './duration.ts'
import { line, text } from './text.ts'
import { wordsTemplate } from './words-template.ts'

/** What the words of a policy may say of an incident. */
export const wordVariables = ['components', 'status', 'severity', 'interval', 'started', 'quiet'] as const

const template = (length: number, kind = text) => wordsTemplate(length, wordVariables, kind)

const body = () => template(5_000)

const promise = 'We will provide updates every {{interval}}. Estimated resolution time: not known yet.'

export const policyFields = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/, 'must be 1 to 63 of a-z, 0-9 and -')
    .describe('Names the policy in incidents that it opened: `policy:<name>`.'),
  when: z
    .array(z.enum(['degraded', 'partial_outage', 'outage']))
    .min(1)
    .max(3)
    .default(['outage', 'partial_outage'])
    .describe('Statuses of a component that open an incident.'),
  components: z
    .array(componentId)
    .max(1_000)
    .optional()
    .describe('Ids of the components that it is about. Without `components` and `groups` it is about all.'),
  groups: z.array(line().max(120)).max(100).optional().describe('Groups whose components it is about.'),
  critical: z.boolean().optional().describe('Only critical components (`true`), or only the others (`false`).'),
  for: durationBetween('0s', '24h')
    .prefault('0s')
    .describe('How long a component must have such a status first, at most `24h`.'),
  alerts: z
    .array(z.enum(['critical', 'warning', 'info']))
    .max(3)
    .default(['critical'])
    .describe('Severities of alerts about such components that open an incident too.'),
  severity: z
    .enum(['SEV-1', 'SEV-2', 'SEV-3', 'SEV-4', 'SEV-5'])
    .default('SEV-2')
    .describe('Severity of the incident.'),
  visibility: z
    .enum(['public', 'internal'])
    .default('public')
    .describe('Who may see the incident. It is internal while all its components are.'),
  publish: z
    .enum(['never', 'draft', 'auto'])
    .default('draft')
    .describe('`never`: it says nothing. `draft`: a person publishes its words. `auto`: its words are public at once.'),
  title: template(200, line).default('{{components}}: {{status}}').describe('Title of the incident.'),
  body: body()
    .default(
      `We are currently experiencing a service disruption affecting {{components}}. Our team is actively investigating and working to restore service. ${promise}`,
    )
    .describe('First words, in Markdown.'),
  recovered: body()
    .default('Working again: {{components}}. We are watching that it stays so.')
    .describe('Words when everything has recovered.'),
  resolved: body()
    .default('This incident is resolved. Working without trouble for {{quiet}}: {{components}}.')
    .describe('Words when it has stayed so.'),
  relapsed: body()
    .default(`The disruption has come back, affecting {{components}}. Our team is investigating again. ${promise}`)
    .describe('Words when it is not over after all.'),
  resolveAfter: durationBetween('0s', '7d')
    .prefault('10m')
    .describe('How long everything must have been well before the incident is resolved, at most `7d`.'),
})

/** When incidents open by themselves, and what they say. */
export type IncidentPolicy = z.output<typeof policyFields>

export const incidentsSection = z.strictObject({
  policies: z
    .array(policyFields)
    .max(50)
    .prefault([{ name: 'outage', when: ['outage'], critical: true }])
    .describe(
      'When incidents open by themselves; the first that fits counts. An empty list: never. See the fields below.',
    ),
})
