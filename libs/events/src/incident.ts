import { z } from 'zod'
import { defineEvents } from './event-definition.ts'
import { componentStatusName } from './status.ts'
import { incidentTopic } from './topics.ts'

/** So many components are named in an event; an incident may be about more. */
export const shownComponents = 200

const instant = z.iso.datetime().describe('UTC, ISO-8601 with milliseconds.')

const status = z
  .enum(['investigating', 'identified', 'monitoring', 'resolved', 'postmortem'])
  .describe('Where the incident stands.')

const components = z
  .array(
    z.object({
      id: z.string().describe('Id of the component.'),
      worstStatus: componentStatusName.describe('Worst it was during the incident.'),
      isRoot: z.boolean().describe('True of the component whose failure explains the others.'),
    }),
  )
  .max(shownComponents)
  .describe(
    `Public components that the incident is about, roots first; ${shownComponents} at most. Absent unless it is public.`,
  )

/** What every event of an incident says. An incident that is not public says no more than this. */
const core = {
  id: z.string().describe('Id of the incident.'),
  severity: z.enum(['SEV-1', 'SEV-2', 'SEV-3', 'SEV-4', 'SEV-5']).describe('SEV-1 is the worst.'),
  status,
  visibility: z.enum(['public', 'internal', 'restricted']).describe('Who may read of it.'),
}

const words = {
  title: z.string().optional().describe('Absent unless the incident is public.'),
  impact: z.enum(['none', 'minor', 'major', 'critical']).optional().describe('Absent unless the incident is public.'),
  components: components.optional(),
  componentCount: z
    .int()
    .optional()
    .describe('How many public components it is about. Absent unless the incident is public.'),
  startedAt: instant.optional().describe('When the trouble began. Absent unless the incident is public.'),
  nextUpdateAt: instant.optional().describe('When the public is to hear next, where that is promised.'),
}

const update = z
  .object({
    id: z.string(),
    status,
    body: z.string().describe('Markdown, as the public reads it.'),
    publishedAt: instant,
  })
  .describe('The words that were published.')

/** Events about incidents, by their names. */
export const incidentEvents = defineEvents(
  { name: 'incident', topic: incidentTopic, source: '/status' },
  {
    opened: z.object({ ...core, ...words }).describe('An incident was opened; its words may still be drafts.'),
    updated: z
      .object({
        ...core,
        ...words,
        change: z
          .enum([
            'published',
            'edited',
            'withdrawn',
            'changed',
            'components',
            'roles',
            'update_overdue',
            'checklist_overdue',
          ])
          .describe('What changed.'),
        update: update.optional(),
        withdrawnUpdateId: z.string().optional().describe('Id of the update that was taken back.'),
        communicationsLead: z.string().optional().describe('Who is to be told that an update is overdue.'),
        overdueSince: instant.optional().describe('When the word was due that did not come.'),
      })
      .describe('Something about an incident changed, other than where it stands.'),
    status_changed: z
      .object({ ...core, ...words, oldStatus: status })
      .describe('An incident moved on, other than to its end or back from it.'),
    resolved: z.object({ ...core, ...words, oldStatus: status, resolvedAt: instant }).describe('An incident is over.'),
    reopened: z
      .object({ ...core, ...words, oldStatus: status, reopenedCount: z.int() })
      .describe('An incident that was over is not.'),
    postmortem_published: z
      .object({ ...core, ...words, url: z.string().describe('Path of the postmortem.') })
      .describe('The postmortem of an incident may be read.'),
  },
)

export type IncidentEventName = keyof typeof incidentEvents
export type IncidentEventData<Name extends IncidentEventName> = z.infer<(typeof incidentEvents)[Name]['data']>
