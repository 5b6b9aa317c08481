import { decodeCursor, encodeCursor } from '@akashic/shared/http'
import { roleIncludes, type Principal } from '@akashic/shared/identity'
import type { Queryable } from '@akashic/shared/postgres'
import { z } from 'zod'
import { pageLimit } from '@akashic/shared/access'
import type { KeptFinding } from './finding.ts'
import { readAuditedAt, readPage } from './store.ts'

export interface FindingPage {
  readonly findings: readonly KeptFinding[]
  /** Empty on the last page. */
  readonly nextCursor: string
  /** When the last audit was; null before the first: then nothing is known. */
  readonly auditedAtMs: number | null
}

/** What `principal` may know of where the public is told something else than what is known, newest first. What is about a
 *  restricted incident or maintenance is for responders; what is about no component, for keys without a scope. */
export async function listFindings(
  { db }: { readonly db: Queryable },
  principal: Principal,
  query: { readonly limit: number; readonly cursor: string; readonly onlyClosed: boolean },
): Promise<FindingPage> {
  const limit = pageLimit(query.limit)
  const filter = {
    onlyClosed: query.onlyClosed,
    isRestrictedShown: roleIncludes(principal.role, 'responder'),
    scope: principal.scope ?? null,
  }
  const beforeNum = query.cursor === '' ? Number.MAX_SAFE_INTEGER : decodeCursor(z.int(), query.cursor)
  const found = await readPage(db, filter, beforeNum, limit + 1)
  const findings = found.slice(0, limit)
  return {
    findings,
    nextCursor: found.length > limit ? encodeCursor(findings.at(-1)!.num) : '',
    auditedAtMs: await readAuditedAt(db),
  }
}
