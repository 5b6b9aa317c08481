import { statusFromProto } from '@akashic/proto'
import type { IncidentUpdate } from '@akashic/proto'
import { z } from 'zod'
import { iso } from '../instant.ts'
import { componentStatus, componentStatusSchema } from './component-status.ts'
import { instant } from './page.ts'

const affectedSchema = z.object({
  code: z.string().describe('Id of the component.'),
  name: z.string(),
  old_status: componentStatusSchema,
  new_status: componentStatusSchema,
})

export const updateSchemaOf = <Status extends z.ZodType>(status: Status) =>
  z.object({
    id: z.string(),
    status,
    body: z.string().describe('Markdown.'),
    incident_id: z.string(),
    created_at: instant,
    updated_at: instant,
    display_at: instant,
    affected_components: z.array(affectedSchema).nullable(),
    deliver_notifications: z.literal(true),
    custom_tweet: z.null(),
    tweet_id: z.null(),
  })
export type UpdateRow<Status> = Omit<z.infer<ReturnType<typeof updateSchemaOf>>, 'status'> & { status: Status }

/** What was said, from the moment at which it was: when it was drafted is nobody's business. */
export function updateRow<Status>(update: IncidentUpdate, incidentId: string, status: Status): UpdateRow<Status> {
  const { id, body, publishedAtMs = update.createdAtMs } = update
  const affected = update.affectedComponents.map(({ id: code, name, oldStatus, newStatus }) => ({
    ...{ code, name },
    old_status: componentStatus(statusFromProto(oldStatus)),
    new_status: componentStatus(statusFromProto(newStatus)),
  }))
  return {
    ...{ id, status, body },
    incident_id: incidentId,
    created_at: iso(publishedAtMs),
    updated_at: iso(Math.max(publishedAtMs, update.updatedAtMs)),
    display_at: iso(publishedAtMs),
    affected_components: affected.length > 0 ? affected : null,
    deliver_notifications: true,
    custom_tweet: null,
    tweet_id: null,
  }
}
