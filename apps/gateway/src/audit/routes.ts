import type { AuditEntry as AuditMessage, StatusService } from '@akashic/proto'
import type { AuditEntry } from '@akashic/shared/audit'
import { decodeCursor, encodeCursor, listQuery, operatorRoute, pageOf } from '@akashic/shared/http'
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

const sourcePlace = z.object({ cursor: z.string(), afterId: z.string().nullable() }).nullable()
const mergedPlace = z.record(z.string(), sourcePlace)
const ownPlace = z.object({ atMs: z.number(), id: z.uuid() })

export interface AuditRouteDeps {
  readonly db: Database
  readonly client: Pick<RpcClientOf<StatusService>, 'listAudit'>
}

export function auditRoutes(deps: AuditRouteDeps): Route[] {
  return [
    operatorRoute({
      method: 'GET',
      path: '/api/v1/audit',
      tag: 'Audit',
      summary: 'Who did what, newest first, over all services',
      role: 'viewer',
      query: z.strictObject({
        ...listQuery,
        subject: z.string().max(200).default('').describe('Only entries about this id.'),
      }),
      answers: { 200: { description: 'A page of entries.', schema: pageOf(auditEntrySchema) } },
      serve: async (request) => {
        const { limit, cursor, subject } = request.query
        const from = cursor === '' ? null : decodeCursor(mergedPlace, cursor)
        const sources = [ownAudit(deps, subject), statusAudit(deps, subject, callOptions(request))]
        const { entries, next } = await mergeAudits(sources, limit, from)
        return { body: { items: entries, nextCursor: next === null ? null : encodeCursor(next) } }
      },
    }),
  ]
}

function ownAudit({ db }: AuditRouteDeps, subject: string): AuditSource {
  return {
    name: 'platform',
    async list(limit, cursor) {
      const entries = await auditStore.list(db, limit, cursor === '' ? null : decodeCursor(ownPlace, cursor), subject)
      const last = entries.length === limit ? entries.at(-1) : undefined
      return { entries, nextCursor: last ? encodeCursor({ atMs: Date.parse(last.at), id: last.id }) : null }
    },
  }
}

function statusAudit({ client }: AuditRouteDeps, subject: string, options: CallOptions): AuditSource {
  return {
    name: 'status',
    async list(limit, cursor) {
      const { entries, nextCursor } = await client.listAudit({ limit, cursor, subject }, options)
      return { entries: entries.map(entryOf), nextCursor: nextCursor || null }
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
