import { pageLimit } from '@akashic/shared/access'
import { OpsError } from '@akashic/shared/errors'
import { decodeCursor, encodeCursor } from '@akashic/shared/http'
import type { Database } from '@akashic/shared/postgres'
import { z } from 'zod'
import { listKept, type FindingQuery, type KeptFinding } from './store.ts'

const place = z.tuple([z.int(), z.string()])
const rank = { critical: 0, warning: 1, info: 2 } as const

export interface ListedFindings {
  readonly findings: readonly KeptFinding[]
  readonly nextCursor: string
}

/** Findings, worst first. @throws OpsError invalid_argument for a severity or state that there is not. */
export async function listFindings(
  db: Database,
  query: Omit<FindingQuery, 'state'> & { readonly state: string; readonly limit: number; readonly cursor: string },
): Promise<ListedFindings> {
  const { state: asked, limit: most, cursor, ...filter } = query
  const state = asked === '' ? 'open' : asked
  if (state !== 'open' && state !== 'resolved')
    throw new OpsError('invalid_argument', 'state must be open or resolved.')
  if (filter.severity !== '' && !(filter.severity in rank)) {
    throw new OpsError('invalid_argument', 'severity must be critical, warning or info.')
  }
  const limit = pageLimit(most)
  const after = cursor === '' ? null : decodeCursor(place, cursor)
  const rows = await listKept(db, { ...filter, state }, after, limit + 1)
  const findings = rows.slice(0, limit)
  const last = findings.at(-1)
  const nextCursor = rows.length > limit && last ? encodeCursor([rank[last.finding.severity], last.id]) : ''
  return { findings, nextCursor }
}
