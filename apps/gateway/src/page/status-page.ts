import { renderStatusPage } from '@akashic/status-page'
import type { Clock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import type { LiveStatus } from '../live-status/live-status.ts'
import type { UptimeBoard } from '../live-status/uptime-board.ts'
import { drawnComponents, pageModel } from './page-model.ts'

export interface StatusPageDeps {
  readonly live: LiveStatus
  readonly board: UptimeBoard
  readonly clock: Clock
  readonly page: () => { readonly title: string; readonly url?: string }
}

/** Draws the page when something on it has changed, and at least once a minute; else gives what it drew.
 *  @throws OpsError unavailable while nothing is known. */
export function createStatusPage({ live, board, clock, page }: StatusPageDeps): () => Promise<string> {
  let drawn = { of: '', html: '' }
  return async () => {
    const snapshot = live.snapshot()
    if (snapshot === null) throw new OpsError('unavailable', 'The status is not known yet. Try again in a few seconds.')
    const uptimes = await board.lookUp(drawnComponents(snapshot))
    const told = live.told()
    const nowMs = clock.now()
    const staleForMs = live.isStale() ? live.ageMs() : null
    const of = JSON.stringify([
      snapshot.generatedAtMs,
      told.version,
      board.version(),
      staleForMs === null ? null : Math.floor(staleForMs / 5_000),
      Math.floor(nowMs / 60_000),
      page(),
    ])
    if (drawn.of !== of) {
      drawn = { of, html: renderStatusPage(pageModel({ page: page(), snapshot, uptimes, told, nowMs, staleForMs })) }
    }
    return drawn.html
  }
}
