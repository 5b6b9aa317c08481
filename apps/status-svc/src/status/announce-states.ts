import type { Transaction } from '@akashic/shared/postgres'
import type { ComponentState } from './advance.ts'
import type { StatusDeps } from './apply-verdicts.ts'
import { notify } from './state-store.ts'

/** Channel on which a replica names the components whose states it wrote. */
export const stateChannel = 'akashic_status_state'

/** NOTIFY carries 8,000 bytes at most. */
const longestPayload = 7_000

/** Puts states on this replica's board once they are committed, and tells the other replicas to read them. */
export async function announceStates(
  { board, replicaId }: Pick<StatusDeps, 'board' | 'replicaId'>,
  tx: Transaction,
  states: ReadonlyMap<number, ComponentState>,
): Promise<void> {
  await notify(tx, stateChannel, payloadOf(replicaId, [...states.keys()]))
  tx.afterCommit(() => board.put(states))
}

/** Says which components changed: `replica:1,2,3`, or `replica:*` for too many to name. */
export function payloadOf(replicaId: string, nums: readonly number[]): string {
  const named = `${replicaId}:${nums.join(',')}`
  return named.length > longestPayload ? `${replicaId}:*` : named
}

/** Reads what payloadOf wrote; `nums` is null when all may have changed. */
export function readPayload(payload: string): { replicaId: string; nums: readonly number[] | null } {
  const at = payload.lastIndexOf(':')
  const list = payload.slice(at + 1)
  const nums = list === '*' ? null : list.split(',').filter(Boolean).map(Number)
  return { replicaId: payload.slice(0, Math.max(0, at)), nums }
}
