import { line } from '@akashic/config'
import type { AuditEntry as AuditMessage, StatusService } from '@akashic/proto'
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

const mergedPlace = z.strictObject({ platform: z.string().nullable(), status: z.string().nullable() })
const ownPlace = z.strictObject({ atMs: instantMs, id: z.uuid() })

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
        subject: line().max(200).default('').describe('Only entries about this id.'),
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
      const before = cursor === '' ? null : decodeCursor(ownPlace, cursor)
      const rows = await auditStore.list(db, limit + 1, before, subject)
      const entries = rows
        .slice(0, limit)
        .map((entry) => ({ entry, cursor: encodeCursor({ atMs: Date.parse(entry.at), id: entry.id }) }))
      return { entries, isMore: rows.length > limit }
    },
  }
}

function statusAudit({ client }: AuditRouteDeps, subject: string, options: CallOptions): AuditSource {
  return {
    name: 'status',
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
