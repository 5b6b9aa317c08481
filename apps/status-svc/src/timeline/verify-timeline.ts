import { verifyChain, type ChainVerdict } from '@akashic/ledger'
import type { Principal } from '@akashic/shared/identity'
import type { Database } from '@akashic/shared/postgres'
import { readIncident } from '../incident/claim-incident.ts'
import { readWhole } from './read-whole.ts'

/** Recomputes the timeline of an incident and compares its end with the one that the incident's row keeps.
 *  @throws OpsError not_found. */
export async function verifyTimeline(
  { db }: { readonly db: Database },
  principal: Principal,
  id: string,
): Promise<ChainVerdict> {
  return db.transaction(async (tx) => {
    const incident = await readIncident(tx, principal, id, true)
    const entries = await readWhole(tx, incident.num)
    const linked = entries.map(({ seq, previousHash, hash, ...content }) => ({ seq, previousHash, hash, content }))
    return verifyChain(incident.id, linked, incident.timeline)
  })
}
