import type { IncidentPolicy } from '@akashic/config'
import type { Transaction } from '@akashic/shared/postgres'
import { isAnyFiring } from '../alert/alerts-of-incidents.ts'
import { affectedNow } from '../incident/affected.ts'
import type { Reaction } from '../incident/follow-components.ts'
import { isImpaired } from '../incident/impact.ts'
import { inTurn } from '../incident/in-turn.ts'
import { isOpen, type Change, type Happening, type Incident, type IncidentComponent } from '../incident/incident.ts'
import { policyBehind, type PolicyDeps } from './policy-deps.ts'
import { speak } from './speak.ts'

/** Moves incidents that a policy opened when the last of their components recovers, or one turns red again. Only such a
 *  turn moves them: where a person moves them otherwise, they stay. */
export function createReaction(deps: Pick<PolicyDeps, 'clock' | 'policies'>): Reaction {
  return (tx, before, seen) => react(deps, tx, before, seen)
}

/** What follows from `seen`, which happened to the incident in this transaction. */
export async function react(
  deps: Pick<PolicyDeps, 'clock' | 'policies'>,
  tx: Transaction,
  before: Incident,
  seen: Change,
): Promise<Change> {
  const policy = policyBehind(deps.policies(), before)
  if (!policy || !isOpen(before)) return seen
  const turn = turnOf(before, seen, await isAnyFiring(tx, seen.incident))
  if (turn === null) return seen
  const affected = await affectedNow(tx, seen.incident)
  const nowMs = deps.clock.now()
  const rule = (incident: Incident) =>
    turn === 'recovered'
      ? recovered(policy, incident, affected, nowMs)
      : speak(policy, incident, 'relapsed', 'investigating', affected, nowMs)
  const moved = inTurn(seen.incident, rule)
  return { incident: moved.incident, happenings: [...seen.happenings, ...moved.happenings] }
}

/** Which way the incident turned by what was seen; null when neither way. */
export function turnOf(
  before: Incident,
  { incident, happenings }: Change,
  isAlerted: boolean,
): 'recovered' | 'relapsed' | null {
  const isGoodNews = happenings.some(({ kind }) => kind === 'recovered' || kind === 'alert_resolved')
  if (isGoodNews && !isAlerted && !incident.components.some(isUnrecovered)) return 'recovered'
  const wasUnrecovered = new Set(before.components.filter(isUnrecovered).map(({ num }) => num))
  const isWorse = incident.components.some(
    (component) => isUnrecovered(component) && !wasUnrecovered.has(component.num),
  )
  const isMeasured = incident.components.some(({ worstStatus }) => isImpaired(worstStatus))
  const isBadAlert = ({ kind, body }: Happening) =>
    kind === 'alert_joined' && !(isMeasured && body['isBudget'] === true)
  const isBadNews = isWorse || happenings.some(isBadAlert)
  return isBadNews && incident.status === 'monitoring' ? 'relapsed' : null
}

const isUnrecovered = ({ worstStatus, recoveredAtMs }: IncidentComponent): boolean =>
  isImpaired(worstStatus) && recoveredAtMs === null

/** The incident watched until it may be resolved. */
function recovered(
  policy: IncidentPolicy,
  incident: Incident,
  affected: Parameters<typeof speak>[4],
  nowMs: number,
): Change {
  const isWatched = incident.status === 'monitoring'
  const watched = isWatched
    ? { incident, happenings: [] }
    : speak(policy, incident, 'recovered', 'monitoring', affected, nowMs)
  return { ...watched, incident: { ...watched.incident, resolveAtMs: nowMs + policy.resolveAfter } }
}
