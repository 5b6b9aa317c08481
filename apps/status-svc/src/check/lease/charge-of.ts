import type { Queryable } from '@akashic/shared/postgres'
import { readCharge, type Charge } from './store.ts'

export type { Charge } from './store.ts'

/** The shards for which `replicaId` may act: those it holds, and those that nobody holds, by the database's clock. */
export function chargeOf(db: Queryable, replicaId: string): Promise<ReadonlyMap<number, Charge>> {
  return readCharge(db, replicaId)
}
