import type { Clock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import { decodeCursor, encodeCursor, instantMs } from '@akashic/shared/http'
import type { Principal } from '@akashic/shared/identity'
import type { Queryable } from '@akashic/shared/postgres'
import { pageLimit, requireScope } from '@akashic/shared/access'
import type { ComponentDirectory } from '../component/component.ts'
import { readNewest } from '../status/ledger.ts'
import { effectiveIntervals, type EffectiveInterval } from './correction.ts'
import { clip } from './interval.ts'
import { readCorrections } from './store.ts'

/** An interval of the ledger; `isOpen` while it lasts. */
export interface HistoryInterval extends EffectiveInterval {
  readonly isOpen: boolean
}

export interface HistoryPage {
  readonly intervals: readonly HistoryInterval[]
  /** Empty on the last page. */
  readonly nextCursor: string
}

/** The ledger of one component, newest first, corrections applied and shown.
 *  @throws OpsError not_found or permission_denied. */
export async function listHistory(
  deps: { readonly db: Queryable; readonly clock: Clock; readonly components: ComponentDirectory },
  principal: Principal,
  query: { readonly componentId: string; readonly limit: number; readonly cursor: string },
): Promise<HistoryPage> {
  requireScope(principal, query.componentId)
  const component = deps.components.get(query.componentId)
  if (!component) throw new OpsError('not_found', `There is no component ${query.componentId}.`)
  const limit = pageLimit(query.limit)
  const nowMs = deps.clock.now()
  const beforeMs = query.cursor === '' ? nowMs : decodeCursor(instantMs, query.cursor)
  const recorded = await readNewest(deps.db, component.num, beforeMs, limit + 1)
  const oldestMs = recorded.at(-1)?.fromMs ?? beforeMs
  const corrections = await readCorrections(deps.db, [component.num], oldestMs)
  const effective = clip(effectiveIntervals(recorded.toReversed(), corrections, nowMs), oldestMs, beforeMs).reverse()
  const intervals = effective.slice(0, limit)
  const isMore = effective.length > limit
  return {
    intervals: intervals.map((interval) => ({ ...interval, isOpen: interval.toMs === nowMs && !interval.corrected })),
    nextCursor: isMore ? encodeCursor(intervals.at(-1)!.fromMs) : '',
  }
}
