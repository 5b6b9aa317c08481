import type { IncidentService, TimelineEntry } from '@akashic/proto'
import { listQuery, operatorRoute, pageOf } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { iso } from '../instant.ts'
import { incidentParams } from './incident-reply.ts'

const entrySchema = z
  .object({
    seq: z.int().describe('From 1, without a hole.'),
    at: z.iso.datetime(),
    actor: z.string(),
    kind: z.string().describe('`opened`, `status_changed`, `update_published`, ...'),
    body: z.record(z.string(), z.unknown()),
    previousHash: z.string().describe('SHA-256, in hex, of the entry before.'),
    hash: z.string(),
  })
  .meta({ id: 'TimelineEntry' })

const verificationSchema = z
  .object({
    isIntact: z.boolean(),
    entries: z.int(),
    headHash: z.string().describe('Keep it elsewhere: it vouches for every entry up to now.'),
    brokenAt: z.int().nullable().describe('`seq` of the first entry that does not fit.'),
    problem: z.string().nullable(),
  })
  .meta({ id: 'TimelineVerification' })

/** What happened to an incident, and whether that record is as it was written. */
export function timelineRoutes(client: RpcClientOf<IncidentService>): Route[] {
  return [
    operatorRoute({
      method: 'GET',
      path: '/api/v1/incidents/{id}/timeline',
      tag: 'Incidents',
      summary: 'What happened to an incident, oldest first',
      role: 'viewer',
      params: incidentParams,
      query: z.strictObject(listQuery),
      answers: { 200: { description: 'A page of entries.', schema: pageOf(entrySchema) } },
      serve: async (request) => {
        const asked = { id: request.params.id, ...request.query }
        const { entries, nextCursor } = await client.listTimeline(asked, callOptions(request))
        return { body: { items: entries.map(entryResource), nextCursor: nextCursor || null } }
      },
    }),
    operatorRoute({
      method: 'GET',
      path: '/api/v1/incidents/{id}/timeline/verification',
      tag: 'Incidents',
      summary: 'Recompute the hash chain of the timeline',
      role: 'viewer',
      params: incidentParams,
      answers: { 200: { description: 'Whether it is as it was written.', schema: verificationSchema } },
      serve: async (request) => {
        const verified = await client.verifyTimeline({ id: request.params.id }, callOptions(request))
        const { isIntact, entries, headHash, brokenAtSeq = null, problem } = verified
        const body = { isIntact, entries, headHash, brokenAt: brokenAtSeq, problem: problem || null }
        return { body: body satisfies z.infer<typeof verificationSchema> }
      },
    }),
  ]
}

function entryResource({ atMs, bodyJson, ...entry }: TimelineEntry): z.infer<typeof entrySchema> {
  const { seq, actor, kind, previousHash, hash } = entry
  const body = JSON.parse(bodyJson || '{}') as Record<string, unknown>
  return { seq, at: iso(atMs), actor, kind, body, previousHash, hash }
}
