import { z } from 'zod'
import { defineEvents } from './event-definition.ts'
import { statusTopic } from './topics.ts'

export const componentStatusName = z.enum([
  'operational',
  'degraded',
  'partial_outage',
  'outage',
  'maintenance',
  'unknown',
])

/** Events about what components are, by their names. */
export const statusEvents = defineEvents(
  { name: 'status', topic: statusTopic, source: '/status' },
  {
    component_changed: z
      .object({
        id: z.string().describe('Id of the component.'),
        visibility: z.enum(['public', 'internal']).describe('Internal ones are not shown to the public.'),
        critical: z.boolean().describe('Its outage is an outage of the whole.'),
        oldStatus: componentStatusName,
        status: componentStatusName,
        since: z.iso.datetime().describe('Since when it has this status. UTC, ISO-8601 with milliseconds.'),
        error: z.string().optional().describe('What is wrong, as a sentence that may be shown to anybody.'),
      })
      .describe('A component has another status.'),
    pulse: z
      .object({
        round: z.int().describe('Grows by one a minute.'),
        begunAt: z.iso.datetime().describe('When it began. UTC, ISO-8601 with milliseconds.'),
      })
      .describe(
        "Proves each minute, where a dead man's switch is configured, that events get through. Of no other meaning.",
      ),
  },
)
