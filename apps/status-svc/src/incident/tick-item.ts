import type { Actor } from '@akashic/shared/audit'
import { OpsError } from '@akashic/shared/errors'
import { amend, type Known } from './amend.ts'
import { checklist } from './checklist.ts'
import type { Change, Incident } from './incident.ts'
import type { IncidentDeps } from './incident-deps.ts'
import { checkedBody } from './text.ts'

const longestEvidence = 2_000

export interface TickItem extends Known {
  readonly key: string
  readonly isTicked: boolean
  /** Link or sentence that shows it; may be empty. */
  readonly evidence: string
}

/** Ticks an item of the checklist, or takes the tick back.
 *  @throws OpsError as amend, not_found for an item that there is not, failed_precondition for taking back what the system
 *  sees done. */
export async function tickChecklistItem(deps: IncidentDeps, actor: Actor, request: TickItem): Promise<Incident> {
  const { key, isTicked } = request
  if (!checklist.some((item) => item.key === key)) {
    throw new OpsError(
      'not_found',
      `The checklist has no item ${key}. Items: ${checklist.map((i) => i.key).join(', ')}.`,
    )
  }
  const evidence = checkedBody('evidence', request.evidence, longestEvidence)
  const by = actor.principal.name
  return amend(deps, actor, request, (incident, nowMs) => ({
    ...(isTicked ? ticked(incident, { key, evidence, by }, nowMs) : unticked(incident, key)),
    act: { action: isTicked ? 'incident.tick' : 'incident.untick', detail: { key, evidence } },
  }))
}

/** The incident with an item done by a person. What was ticked before, by the system too, stays unless
 *  new evidence is given for it. */
export function ticked(
  incident: Incident,
  { key, evidence, by }: { readonly key: string; readonly evidence: string; readonly by: string },
  nowMs: number,
): Change {
  const before = incident.ticks.find((tick) => tick.key === key)
  if (before && (evidence === '' || evidence === before.evidence)) return { incident, happenings: [] }
  const others = incident.ticks.filter((tick) => tick.key !== key)
  return {
    incident: { ...incident, ticks: [...others, { key, atMs: nowMs, by, isBySystem: false, evidence }] },
    happenings: [{ kind: 'checklist_ticked', body: { key, evidence, by } }],
  }
}

/** @throws OpsError failed_precondition when the system ticked it. */
export function unticked(incident: Incident, key: string): Change {
  const before = incident.ticks.find((tick) => tick.key === key)
  if (!before) return { incident, happenings: [] }
  if (before.isBySystem) {
    throw new OpsError('failed_precondition', `The system sees ${key} done: ${before.evidence}.`)
  }
  return {
    incident: { ...incident, ticks: incident.ticks.filter((tick) => tick !== before) },
    happenings: [{ kind: 'checklist_unticked', body: { key, by: before.by, evidence: before.evidence } }],
  }
}
