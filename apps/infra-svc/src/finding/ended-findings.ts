import type { ClusterView } from '@akashic/kubernetes'
import { analysers } from '../analyse/analyse.ts'
import type { GroupedFinding } from './group-findings.ts'

/** A container that crashes runs for a while between two crashes: what is not seen for this long has ended, ms. */
const unseenForMs = 10_000

const needsOf = new Map(analysers.flatMap(({ rules, needs }) => rules.map((rule) => [rule, needs] as const)))

/** What of the open findings has ended, and since when what is left was not seen. What cannot be looked at is not mended:
 *  its kinds must all be followed now. Of an object that is gone nothing is waited for.
 *  @param waiting since when findings were not seen, by their ids, ms since 1970. */
export function endedFindings(
  view: ClusterView,
  open: readonly GroupedFinding[],
  seen: ReadonlySet<string>,
  waiting: ReadonlyMap<string, number>,
  nowMs: number,
): { readonly ended: readonly GroupedFinding[]; readonly waiting: ReadonlyMap<string, number> } {
  const unseen = open.filter(({ id, rule }) => !seen.has(id) && canSee(view, rule))
  const since = new Map(unseen.map(({ id }) => [id, waiting.get(id) ?? nowMs]))
  const ended = unseen.filter(({ id, object }) => !view.find(object) || nowMs - since.get(id)! >= unseenForMs)
  for (const { id } of ended) since.delete(id)
  return { ended, waiting: since }
}

const canSee = (view: ClusterView, rule: string): boolean =>
  (needsOf.get(rule) ?? []).every((kind) => view.freshness(kind).state === 'fresh')
