import type { Actor } from '@akashic/shared/audit'
import type { Transaction } from '@akashic/shared/postgres'
import { claimIncident } from './claim-incident.ts'
import type { Change, Incident } from './incident.ts'
import type { IncidentDeps } from './incident-deps.ts'
import { writeChange, type AuditedIncidentAct } from './write-change.ts'

/** Which incident, and at which version the caller knows it; null: whichever it is at. */
export interface Known {
  readonly id: string
  readonly version: number | null
}

/** A change, and what it is in the audit. */
export interface Amendment extends Change {
  readonly act: AuditedIncidentAct
}

type Rule = (incident: Incident, nowMs: number, tx: Transaction) => Amendment | Promise<Amendment>

/** Changes an incident by `rule`, in a transaction of its own.
 *  @throws OpsError as claimIncident, and whatever the rule throws. */
export function amend(deps: IncidentDeps, actor: Actor, known: Known, rule: Rule): Promise<Incident> {
  return deps.db.transaction((tx) => amendIn(deps, tx, actor, known, rule))
}

/** As amend, within the caller's transaction. */
export async function amendIn(
  deps: Pick<IncidentDeps, 'clock' | 'outbox'>,
  tx: Transaction,
  actor: Actor,
  known: Known,
  rule: Rule,
): Promise<Incident> {
  const before = await claimIncident(tx, actor.principal, known.id, known.version)
  const { act, ...change } = await rule(before, deps.clock.now(), tx)
  return writeChange(deps, tx, actor, before, change, act)
}
