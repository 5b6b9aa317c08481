import type { Board } from '../status/board.ts'
import type { Picture } from '../status/picture.ts'
import { dayStart } from './days.ts'
import type { PageUptime } from './page-uptime.ts'

export interface PageUptimeKeeperDeps {
  readonly board: Board
  readonly pageUptime: PageUptime
  readonly monotonicMs: () => number
  /** Place of the newest correction in their order. */
  readonly newestCorrection: () => Promise<number>
}

const longestBetweenReadsMs = 300_000
const betweenLooksForCorrectionsMs = 30_000
/** Reading takes at most this share of the time, however long the past has become. */
const greatestShare = 0.05

/** Reads the page's past anew when a component turned or was defined anew, when something was corrected, when a day is
 *  over, and from time to time. */
export function createPageUptimeKeeper(deps: PageUptimeKeeperDeps): { tick(nowMs: number): Promise<void> } {
  const { board, pageUptime, monotonicMs, newestCorrection } = deps
  let read: { readonly picture: Picture; readonly correction: number; readonly atMs: number } | undefined
  /** The newest picture that shows nothing new since the last reading. */
  let same: Picture | undefined
  let restUntilMs = 0
  let lookedAtMs = 0

  async function isDue(nowMs: number): Promise<boolean> {
    if (!read) return true
    if (monotonicMs() < restUntilMs) return false
    return (
      nowMs >= read.atMs + longestBetweenReadsMs ||
      dayStart(nowMs) !== dayStart(read.atMs) ||
      showsTurn(read.picture, board.picture()) ||
      (await isCorrected(read.correction, nowMs))
    )
  }

  function showsTurn(before: Picture, picture: Picture): boolean {
    if (picture === same) return false
    if (hasTurned(before, picture)) return true
    same = picture
    return false
  }

  async function isCorrected(known: number, nowMs: number): Promise<boolean> {
    if (nowMs < lookedAtMs + betweenLooksForCorrectionsMs) return false
    lookedAtMs = nowMs
    return (await newestCorrection()) !== known
  }

  return {
    tick: async (nowMs) => {
      if (!(await isDue(nowMs))) return
      const picture = board.picture()
      const startedMs = monotonicMs()
      const correction = await newestCorrection()
      await pageUptime.load()
      restUntilMs = monotonicMs() + (monotonicMs() - startedMs) / greatestShare
      read = { picture, correction, atMs: nowMs }
      const since = pageUptime.since()
      if (since) board.learnSince(since.overall, since.sinceMs)
    },
  }
}

function hasTurned(before: Picture, after: Picture): boolean {
  if (before.components.size !== after.components.size) return true
  for (const [id, component] of after.components) {
    const earlier = before.components.get(id)
    if (earlier === component) continue
    if (earlier?.status !== component.status || earlier.sinceMs !== component.sinceMs) return true
    if (earlier.critical !== component.critical || earlier.visibility !== component.visibility) return true
  }
  return false
}
