import type { Transaction } from '@akashic/shared/postgres'
import type { ComponentDirectory } from '../component/component.ts'
import { readOpen } from '../incident/known-incidents.ts'
import { readSpans, readStates } from '../status/ledger.ts'
import type { Board } from '../status/board.ts'
import type { ShownComponent } from '../status/picture.ts'
import type { Finding } from './finding.ts'
import { openThoughRecovered, resolvedUntold, updateOverdue } from './incident-findings.ts'
import { maintenancePastEnd } from './maintenance-past-end.ts'
import { isRed, noPublicWord, redSinceMs, wordWithinMs } from './no-public-word.ts'
import { pageGreenWhileRed } from './page-green-while-red.ts'
import { pageStale } from './page-stale.ts'
import { readBoards, readPastMaintenances, readRedChecks, readSpokenOf, readUntoldEnds } from './seen-store.ts'

export interface LookDeps {
  readonly components: ComponentDirectory
  readonly board: Pick<Board, 'picture'>
}

/** Everything in which what the public is told differs from what is known now. */
export async function look({ components, board }: LookDeps, tx: Transaction, nowMs: number): Promise<Finding[]> {
  const picture = board.picture()
  const critical = components.shown().filter(({ spec }) => spec.critical)
  const redChecks = await readRedChecks(
    tx,
    critical.map(({ num }) => num),
  )
  const open = await readOpen(tx)
  const states = await readStates(
    tx,
    open.flatMap((incident) => incident.components.map(({ num }) => num)),
  )
  const redSince = await readRedSince(tx, picture.components, nowMs)
  return [
    ...pageGreenWhileRed(critical, picture, redChecks, nowMs),
    ...pageStale(await readBoards(tx), nowMs),
    ...noPublicWord(picture.components, redSince, await readSpokenOf(tx), nowMs),
    ...updateOverdue(open, nowMs),
    ...maintenancePastEnd(await readPastMaintenances(tx, nowMs), nowMs),
    ...openThoughRecovered(open, states, nowMs),
    ...resolvedUntold(await readUntoldEnds(tx), nowMs),
  ]
}

/** Since when each public component that is red has been so without a break, by number; only those for which that is
 *  long enough to be spoken of. */
async function readRedSince(
  tx: Transaction,
  shown: ReadonlyMap<string, ShownComponent>,
  nowMs: number,
): Promise<ReadonlyMap<number, number>> {
  const red = [...shown.values()].filter(({ visibility, status }) => visibility === 'public' && isRed(status))
  if (red.length === 0) return new Map()
  const fromMs = nowMs - wordWithinMs
  const ledgers = await readSpans(
    tx,
    red.map(({ num }) => ({ num, fromMs, toMs: nowMs })),
  )
  return new Map(
    red.flatMap(({ num }, i) => {
      const sinceMs = redSinceMs(ledgers[i]!, fromMs)
      return sinceMs === null ? [] : [[num, sinceMs] as const]
    }),
  )
}
