import { z } from 'zod'
import { defineEvents } from './event-definition.ts'
import { incidentTopic } from './topics.ts'

const instant = z.iso.datetime().describe('UTC, ISO-8601 with milliseconds.')

const alert = {
  id: z.string().describe('Id of the alert.'),
  source: z.string().describe('What raised it, as `prometheus`, `incident` or `truth`.'),
  fingerprint: z.string().describe('What makes it the same alert when it is raised again, within its source.'),
  severity: z.enum(['critical', 'warning', 'info']),
  summary: z.string().describe('One sentence, for operators.'),
  incidentVisibility: z
    .enum(['public', 'internal', 'restricted'])
    .optional()
    .describe('Who may read of the incident that it belongs to; absent where there is none.'),
  componentId: z.string().optional().describe('The component that it is about.'),
  assignee: z
    .object({
      role: z.string().describe('Role in the incident, as `communications_lead`.'),
      person: z.string().optional().describe('Who has it; absent while nobody has.'),
    })
    .optional()
    .describe('Who is to act.'),
  firedAt: instant,
}

/** Events about alerts, by their names. An alert about an incident that is not public is told without its words. */
export const alertEvents = defineEvents(
  { name: 'alert', topic: incidentTopic, source: '/status' },
  {
    fired: z.object(alert).describe('An alert fires.'),
    resolved: z.object({ ...alert, resolvedAt: instant }).describe('An alert fires no more.'),
  },
)
