import type { Incident } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import type { Reply } from '@akashic/shared/http'
import { z } from 'zod'
import { incidentResource, incidentSchema } from './incident-resource.ts'

export const incidentParams = z.strictObject({ id: z.string().min(1).max(64).describe('Id of an incident.') })

/** Words that people read; Markdown. */
export const markdown = z.string().trim().min(1).max(20_000)

/** An instant with its zone, read into milliseconds since the Unix epoch. */
export const instantMs = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))

/** What a change of an incident answers. */
export const changedIncident = { 200: { description: 'The incident as it is now.', schema: incidentSchema } }

/** The incident as a reply with its version as ETag. */
export function incidentReply(incident: Incident | null | undefined, more: Partial<Reply> = {}): Reply {
  if (!incident) throw new OpsError('internal', 'The status service answered without an incident.')
  return { body: incidentResource(incident), version: incident.version, ...more }
}
