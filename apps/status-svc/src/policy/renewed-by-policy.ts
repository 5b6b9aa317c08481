import type { Transaction } from '@akashic/shared/postgres'
import { affectedNow } from '../incident/affected.ts'
import type { Change, Incident } from '../incident/incident.ts'
import { policyBehind, type PolicyDeps } from './policy-deps.ts'
import { renew } from './renew.ts'

/** The incident after other components joined it, with what its policy said of it put right; as it is when no policy is
 *  behind it. */
export async function renewedByPolicy(
  deps: PolicyDeps,
  tx: Transaction,
  before: Incident,
  after: Incident,
): Promise<Change> {
  const policy = policyBehind(deps.policies(), before)
  if (!policy) return { incident: after, happenings: [] }
  return renew(policy, before, after, await affectedNow(tx, after), deps.clock.now())
}
