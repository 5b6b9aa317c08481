import { line } from '@akashic/config'
import type { aiHealth, AuditEntry as AuditMessage, infra, StatusService } from '@akashic/proto'
import type { AuditEntry } from '@akashic/shared/audit'
import { decodeCursor, encodeCursor, instantMs, listQuery, operatorRoute, pageOf } from '@akashic/shared/http'
import type { Route } from '@akashic/shared/http'
import type { Database } from '@akashic/shared/postgres'
import type { CallOptions, RpcClientOf } from '@akashic/shared/rpc'
import { z } from 'zod'
import { callOptions } from '../components/routes.ts'
import { iso } from '../instant.ts'
import { mergeAudits } from './merge-audits.ts'
import type { AuditSource } from './merge-audits.ts'
import { auditStore } from './store.ts'

const auditEntrySchema = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    service: z.string(),
    actorId: z.string(),
    actorName: z.string(),
    actorKind: z.enum(['person', 'service']),
    action: z.string(),
    subject: z.string(),
    requestId: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry' })

const pageSchema = z
  .object({
    ...pageOf(auditEntrySchema).shape,
    missing: z
      .array(z.object({ service: z.string(), problem: z.string() }))
      .describe('Services whose entries are not in this page nor in those after it, and why.'),
  })
  .meta({ id: 'AuditPage' })

const place = z.string().nullable()
/** Cursors that were given before there was a service do not name it. */
const mergedPlace = z.strictObject({
  platform: place,
  status: place,
  'ai-health': place.default(null),
  infra: place.default(null),
})
const ownPlace = z.strictObject({ atMs: instantMs, id: z.uuid() })

export interface AuditRouteDeps {
  readonly db: Database
  readonly client: Pick<RpcClientOf<StatusService>, 'listAudit'>
  readonly ai: Pick<RpcClientOf<aiHealth.AiHealthService>, 'listAudit'>
  readonly infrastructure: Pick<RpcClientOf<infra.InfraService>, 'listAudit'>
}

/** The page does not wait longer for a service that it can do without. */
const optionalDeadlineMs = 2_000

export function auditRoutes(deps: AuditRouteDeps): Route[] {
  return [
    operatorRoute({
      method: 'GET',
      path: '/api/v1/audit',
      tag: 'Audit',
      summary: 'Who did what, newest first, over all services',
      description:
        'While another service than that of status is away, the entries of the others come, and `missing` says so.',
      role: 'viewer',
      query: z.strictObject({
        ...listQuery,
        subject: line().max(200).default('').describe('Only entries about this id.'),
      }),
      answers: { 200: { description: 'A page of entries.', schema: pageSchema } },
      serve: async (request) => {
        const { limit, cursor, subject } = request.query
        const from = cursor === '' ? null : decodeCursor(mergedPlace, cursor)
        const options = callOptions(request)
        const sources: AuditSource[] = [
          ownAudit(deps, subject),
          serviceAudit('status', deps.client, subject, options),
          {
            ...serviceAudit('ai-health', deps.ai, subject, { ...options, deadlineMs: optionalDeadlineMs }),
            mayBeAway: true,
          },
          {
            ...serviceAudit('infra', deps.infrastructure, subject, { ...options, deadlineMs: optionalDeadlineMs }),
            mayBeAway: true,
          },
        ]
        const { entries, next, missing } = await mergeAudits(sources, limit, from)
        return { body: { items: entries, nextCursor: next === null ? null : encodeCursor(next), missing } }
      },
    }),
  ]
}

function ownAudit({ db }: AuditRouteDeps, subject: string): AuditSource {
  return {
    name: 'platform',
    async list(limit, cursor) {
      const before = cursor === '' ? null : decodeCursor(ownPlace, cursor)
      const rows = await auditStore.list(db, limit + 1, before, subject)
      const entries = rows
        .slice(0, limit)
        .map((entry) => ({ entry, cursor: encodeCursor({ atMs: Date.parse(entry.at), id: entry.id }) }))
      return { entries, isMore: rows.length > limit }
    },
  }
}

type ListAudit = AuditRouteDeps['client'] | AuditRouteDeps['ai'] | AuditRouteDeps['infrastructure']

function serviceAudit(name: string, client: ListAudit, subject: string, options: CallOptions): AuditSource {
  return {
    name,
    async list(limit, cursor) {
      const { entries, nextCursor } = await client.listAudit({ limit, cursor, subject }, options)
      return {
        entries: entries.map((entry) => ({ entry: entryOf(entry), cursor: entry.cursor })),
        isMore: nextCursor !== '',
      }
    },
  }
}

function entryOf(entry: AuditMessage): AuditEntry {
  const { id, atMs, service, actorId, actorName, actorKind, action, subject, requestId, detailJson } = entry
  return {
    id,
    at: iso(atMs),
    service,
    actorId,
    actorName,
    actorKind: actorKind === 'person' ? 'person' : 'service',
    action,
    subject,
    requestId: requestId || null,
    detail: JSON.parse(detailJson || '{}') as Record<string, unknown>,
  }
}
