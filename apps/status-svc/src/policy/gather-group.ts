import type { Transaction } from '@akashic/shared/postgres'
import { affectedNow } from '../incident/affected.ts'
import { amendIn, type Amendment } from '../incident/amend.ts'
import { observeNow } from '../incident/follow-components.ts'
import { inTurn } from '../incident/in-turn.ts'
import { isOpen, type Incident } from '../incident/incident.ts'
import { joinAlerts, joinGroup } from './join-group.ts'
import type { Step } from './plan.ts'
import { policyActor, type PolicyDeps } from './policy-deps.ts'
import { react } from './react.ts'
import { renewedByPolicy } from './renewed-by-policy.ts'
import { speak } from './speak.ts'

type StepOf<Kind> = Extract<Step, { readonly kind: Kind }>

/** Has what is new of a group join the incident that is there. */
export async function gatherGroup(deps: PolicyDeps, tx: Transaction, step: StepOf<'gather'>): Promise<void> {
  const { group, joinerIds, isRootKnown } = step
  await amendIn(deps, tx, policyActor, { id: step.incident.id, version: null }, async (before) => {
    if (!isOpen(before)) return unchanged(before)
    const joined = await joinGroup(deps, tx, before, group, joinerIds, isRootKnown)
    const alerted = await joinAlerts(tx, before, group)
    const renewed = await renewedByPolicy(deps, tx, before, joined.incident)
    const happenings = [...joined.happenings, ...renewed.happenings, ...alerted]
    const seen = await react(deps, tx, before, { incident: renewed.incident, happenings })
    return { ...seen, act: { action: 'incident.gather', detail: { joined: joinerIds } } }
  })
}

/** Opens the incident again that was resolved a moment ago, with what is wrong now. */
export async function reopenGroup(deps: PolicyDeps, tx: Transaction, step: StepOf<'reopen'>): Promise<void> {
  const { group, incident } = step
  const policy = group.policy!
  await amendIn(deps, tx, policyActor, { id: incident.id, version: null }, async (before) => {
    if (isOpen(before)) return unchanged(before)
    const observed = await observeNow(tx, before)
    const had = new Set(before.components.map(({ num }) => num))
    const joinerIds = group.faults
      .filter(({ component }) => !had.has(component.num))
      .map(({ component }) => component.id)
    const joined = await joinGroup(deps, tx, observed.incident, group, joinerIds, group.faults.length > 1)
    const renewed = await renewedByPolicy(deps, tx, observed.incident, joined.incident)
    const affected = await affectedNow(tx, renewed.incident)
    const nowMs = deps.clock.now()
    const opened = inTurn(renewed.incident, (one) => speak(policy, one, 'relapsed', 'investigating', affected, nowMs))
    const alerted = await joinAlerts(tx, before, group)
    const happenings = [observed, joined, renewed, opened].flatMap((change) => change.happenings)
    const act = { action: 'incident.reopen_by_policy', detail: { policy: policy.name } }
    return { incident: opened.incident, happenings: [...happenings, ...alerted], act }
  })
}

const unchanged = (incident: Incident): Amendment => ({
  incident,
  happenings: [],
  act: { action: 'incident.gather', detail: {} },
})
