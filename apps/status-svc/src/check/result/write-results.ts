import type { Database, Transaction } from '@akashic/shared/postgres'
import type { CheckingGap, CheckVerdict } from '../../status/check-verdict.ts'
import { dayOf, fiveMinutesMs, startOf } from '../rollup/period.ts'
import { ensurePartition, markDue } from '../rollup/store.ts'
import type { RecordedResult } from './recorded-result.ts'
import { insertResults, lockHeldShards, saveCheckStates } from './store.ts'

export interface WriteResultsDeps {
  readonly db: Database
  readonly replicaId: string
  readonly applyVerdicts: (tx: Transaction, verdicts: readonly CheckVerdict[]) => Promise<void>
  readonly recordGap: (tx: Transaction, gap: CheckingGap) => Promise<void>
}

/** Writes one batch: its results, the states of its checks and what the components make of them, all or nothing. Results
 *  measured under a lease that somebody else has now are left out: the new holder measures anew. */
export function createWriteResults(
  deps: WriteResultsDeps,
): (batch: readonly RecordedResult[], lost: CheckingGap | null) => Promise<void> {
  const partitionsMade = new Set<string>()

  return async (batch, lost) => {
    const days = new Map(batch.map((result) => [dayOf(result.atMs).name, dayOf(result.atMs)]))
    for (const [name, day] of days) {
      if (partitionsMade.has(name)) continue
      await ensurePartition(deps.db, 'check_result', day)
      partitionsMade.add(name)
    }
    await deps.db.transaction(async (tx) => {
      const tokens = newestTokens(batch)
      const held = await lockHeldShards(tx, deps.replicaId, tokens)
      const results = batch.filter(
        ({ definition: { shard }, fencingToken }) => held.has(shard) && tokens.get(shard) === fencingToken,
      )
      if (lost) await deps.recordGap(tx, lost)
      if (results.length === 0) return
      await insertResults(tx, results)
      await saveCheckStates(tx, results)
      await markDue(tx, '5m', [...new Set(results.map((result) => startOf(result.atMs, fiveMinutesMs)))])
      await deps.applyVerdicts(tx, results.map(verdictOf))
    })
  }
}

function newestTokens(batch: readonly RecordedResult[]): Map<number, number> {
  const tokens = new Map<number, number>()
  for (const { definition, fencingToken } of batch) {
    tokens.set(definition.shard, Math.max(fencingToken, tokens.get(definition.shard) ?? 0))
  }
  return tokens
}

function verdictOf({ definition, atMs, result, state }: RecordedResult): CheckVerdict {
  return {
    componentId: definition.componentId,
    checkId: definition.id,
    verdict: state.verdict,
    atMs,
    sinceMs: state.sinceMs,
    latencyMs: result.latencyMs,
    ...(state.failure && { failure: state.failure }),
    isFlapping: state.flapping.sinceMs !== null,
  }
}
