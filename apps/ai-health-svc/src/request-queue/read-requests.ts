import type { RequestStateName } from '@akashic/proto'
import { pageLimit } from '@akashic/shared/access'
import { OpsError } from '@akashic/shared/errors'
import { decodeCursor, encodeCursor } from '@akashic/shared/http'
import { z } from 'zod'
import type { QueueDeps } from './queue-request.ts'
import type { QueuedRequest } from './queued-request.ts'
import { unseal } from './seal.ts'
import { countStates, readRequest, readRequests, readSealed } from './store.ts'

/** A queued request with its answer, once there is one.
 *  @throws OpsError not_found. */
export async function getRequest(
  { db, dataKey }: QueueDeps,
  id: string,
): Promise<{ readonly request: QueuedRequest; readonly resultJson: string | null }> {
  const request = isId(id) ? await readRequest(db, id) : null
  if (request === null) throw new OpsError('not_found', `There is no queued request ${id}; it may have been deleted.`)
  const { sealedResult } = await readSealed(db, id)
  const { key } = dataKey()
  return { request, resultJson: sealedResult && key ? unseal(sealedResult, key, id) : null }
}

/** Queued requests without their answers, newest first, and how many there are in each state. */
export async function listRequests(
  { db }: QueueDeps,
  query: { readonly limit: number; readonly cursor: string; readonly state: RequestStateName | null },
) {
  const limit = pageLimit(query.limit)
  const beforeNum = query.cursor === '' ? Number.MAX_SAFE_INTEGER : decodeCursor(z.int(), query.cursor)
  const rows = await readRequests(db, beforeNum, query.state, limit + 1)
  const requests = rows.slice(0, limit)
  const nextCursor = rows.length > limit ? encodeCursor(requests.at(-1)!.num) : ''
  const counts = await countStates(db)
  const waiting = (counts['pending'] ?? 0) + (counts['running'] ?? 0)
  return { requests, nextCursor, counts, waiting }
}

const isId = (text: string): boolean => z.uuid().safeParse(text).success
