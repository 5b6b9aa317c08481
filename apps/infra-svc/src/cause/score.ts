import { referenceText, type Reference } from '@akashic/kubernetes'
import type { OpenCase } from './case.ts'
import type { Points } from './diagnosis.ts'
import { windowMs } from './links/changed.ts'
import { onsetOf } from './onset.ts'
import type { Trouble } from './troubles.ts'
import type { Path } from './walk.ts'

/** An object that could be the cause of a trouble, with every way that leads to it. */
export interface Candidate {
  readonly object: Reference
  /** The best first. */
  readonly paths: readonly Path[]
  readonly isDirect: boolean
  /** Ids of the symptoms that it explains. */
  readonly explains: ReadonlySet<string>
  readonly points: readonly Points[]
  readonly score: number
}

const slackMs = 5_000
const soonMs = 10 * 60_000

/** Every object that a trouble's symptoms lead to, the likeliest first. Ties go by name, so that the same view always
 *  gives the same order. */
export function rankCandidates(open: OpenCase, trouble: Trouble): readonly Candidate[] {
  const paths = trouble.walks.flatMap((walked) => walked.paths)
  const byObject = Map.groupBy(paths, ({ object }) => referenceText(object))
  return [...byObject.values()]
    .map((same) => candidateOf(open, trouble, same))
    .toSorted((a, b) => b.score - a.score || referenceText(a.object).localeCompare(referenceText(b.object)))
}

function candidateOf(open: OpenCase, trouble: Trouble, given: readonly Path[]): Candidate {
  const paths = given.toSorted(
    (a, b) =>
      Number(b.isDirect) - Number(a.isDirect) ||
      b.corroboration.length - a.corroboration.length ||
      b.rules.length - a.rules.length ||
      a.at.id.localeCompare(b.at.id),
  )
  const best = paths[0]!
  const explains = new Set(given.map(({ symptom }) => symptom.id))
  const points = [
    ...observed(best),
    covering(explains.size, trouble.symptoms.length),
    ...deep(paths),
    ...corroborated(paths),
    ...changedBefore(open, best),
    ...late(open, best),
  ]
  const score = points.reduce((sum, each) => sum + each.points, 0)
  return { object: best.object, paths, isDirect: best.isDirect, explains, points, score }
}

const observed = ({ isDirect, at }: Path): readonly Points[] => [
  isDirect
    ? { rule: 'observed', points: 50, says: 'an observation names it' }
    : { rule: 'fits', points: 20, says: 'it fits what was observed' },
  ...(at.severity === 'info'
    ? [{ rule: 'minor', points: -20, says: 'what blames it is not a trouble by itself' }]
    : []),
]

const covering = (explained: number, all: number): Points => ({
  rule: 'covers',
  points: Math.round((30 * explained) / all),
  says: `it explains ${explained} of ${all} symptoms`,
})

/** What lies behind other reasons is nearer to the root. */
function deep(paths: readonly Path[]): readonly Points[] {
  const depth = Math.max(...paths.map(({ rules }) => rules.filter((rule) => rule !== 'same-object').length))
  return depth === 0 ? [] : [{ rule: 'root', points: Math.min(depth, 3) * 3, says: `${depth} steps behind a symptom` }]
}

function corroborated(paths: readonly Path[]): readonly Points[] {
  const said = [...new Set(paths.flatMap(({ corroboration }) => corroboration))].slice(0, 3)
  return said.map((says) => ({ rule: 'corroborated', points: 5, says }))
}

/** A change of the object shortly before the first symptom. */
function changedBefore(open: OpenCase, { object, symptom }: Path): readonly Points[] {
  const onset = onsetOf(open, symptom)
  if (onset === null) return []
  const before = open
    .changesOf(object)
    .filter(({ at, kind }) => kind !== 'created' && at <= onset + slackMs && at > onset - windowMs)
  const last = before.at(-1)
  if (!last) return []
  const isSoon = last.at > onset - soonMs
  return [{ rule: 'changed-before', points: isSoon ? 12 : 6, says: last.summary }]
}

/** What began after the symptom did not bring it about. What happens again and again tells only when it last did. */
function late(open: OpenCase, { at, symptom }: Path): readonly Points[] {
  if (open.podsOf(at).some(({ statuses }) => statuses.some(({ restarts }) => restarts > 1))) return []
  if (at.since === null || symptom.since === null || at.since <= symptom.since + 60_000) return []
  return [{ rule: 'later', points: -15, says: 'it began more than a minute after the symptom' }]
}
