import { seenBySystem } from './checklist.ts'
import { impactOf } from './impact.ts'
import type { Change, ChecklistTick, Happening } from './incident.ts'

/** The change with what follows from it: the impact, and the items of the checklist that the system sees done or, where
 *  the evidence is gone, undone. A change in which nothing happened stays as it is. */
export function settle({ incident, happenings }: Change, nowMs: number): Change {
  if (happenings.length === 0) return { incident, happenings }
  const measured = { ...incident, impact: impactOf(incident.components) }
  const seen = seenBySystem(measured)
  const kept = measured.ticks.filter((tick) => !tick.isBySystem || seen.has(tick.key))
  const done = new Set(kept.map((tick) => tick.key))
  const fresh = [...seen]
    .filter(([key]) => !done.has(key))
    .map(([key, evidence]): ChecklistTick => ({ key, atMs: nowMs, by: 'system', isBySystem: true, evidence }))
  const renewed = kept.map((tick) => (tick.isBySystem ? { ...tick, evidence: seen.get(tick.key)! } : tick))
  const lost = measured.ticks.filter((tick) => !done.has(tick.key))
  return {
    incident: { ...measured, ticks: [...renewed, ...fresh] },
    happenings: [...happenings, ...fresh.map(ticked), ...lost.map(unticked)],
  }
}

const ticked = ({ key, evidence }: ChecklistTick): Happening => ({
  kind: 'checklist_ticked',
  body: { key, evidence, isBySystem: true },
})

const unticked = ({ key }: ChecklistTick): Happening => ({
  kind: 'checklist_unticked',
  body: { key, isBySystem: true },
})
