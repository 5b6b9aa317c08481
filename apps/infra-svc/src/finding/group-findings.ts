import { referenceText, type ClusterView, type Reference } from '@akashic/kubernetes'
import { topOwner } from '../analyse/owner.ts'
import type { Blame, Finding, Remedy, Severity } from './finding.ts'
import { hideCredentials, hideInDocument } from '../redaction/hide-credentials.ts'
import { findingId } from './finding-id.ts'
import { withPasteable } from './pasteable.ts'

/** One trouble of one object; of a workload's pods that suffer alike, all of them together. */
export interface GroupedFinding extends Finding {
  readonly id: string
  readonly cluster: string
  /** What suffers in one pod each: the pods, or the object itself. The first few, by name. */
  readonly affected: readonly Reference[]
  readonly affectedCount: number
}

const mostAffected = 20
const order: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 }

/** Joins the findings of a workload's pods to one for each rule and container, in a stable order: worst first. Rules read
 *  messages as they are; what is told of them is without credentials. */
export function groupFindings(view: ClusterView, findings: Iterable<Finding>): readonly GroupedFinding[] {
  const groups = new Map<string, { object: Reference; members: Finding[] }>()
  for (const finding of findings) {
    const found = view.find(finding.object)
    const object = finding.object.kind === 'Pod' && found ? topOwner(view, found) : finding.object
    const key = [finding.rule, finding.part, referenceText(object)].join('|')
    const group = groups.get(key)
    if (group) group.members.push(finding)
    else groups.set(key, { object, members: [finding] })
  }
  return [...groups.values()].map(({ object, members }) => joined(view.cluster, object, members)).toSorted(compare)
}

function joined(cluster: string, object: Reference, members: readonly Finding[]): GroupedFinding {
  const inOrder = members.map(withPasteable).toSorted((a, b) => text(a).localeCompare(text(b)))
  const worst = inOrder.toSorted((a, b) => order[a.severity] - order[b.severity])[0]!
  const sinces = inOrder.flatMap(({ since }) => since ?? [])
  const count = inOrder.length
  const summary = hideCredentials(worst.summary)
  const blames = hideInDocument(unique(inOrder.flatMap((member) => member.blames)))
  return {
    ...hideInDocument(worst),
    id: findingId(cluster, worst.rule, object, worst.part),
    cluster,
    object,
    summary: count > 1 ? `${summary.replace(/\.$/, '')} (${count} pods).` : summary,
    evidence: distinct([...hideInDocument(worst.evidence), ...blames.flatMap(({ evidence }) => evidence ?? [])]),
    remedies: inTurn([...hideInDocument(worst.remedies), ...blames.flatMap(({ remedies }) => remedies ?? [])]),
    blames,
    involves: uniqueReferences(inOrder.flatMap(({ involves }) => involves)),
    since: sinces.length === 0 ? null : Math.min(...sinces),
    affected: inOrder.slice(0, mostAffected).map((member) => member.object),
    affectedCount: count,
  }
}

const distinct = <T>(all: readonly T[]): readonly T[] => [
  ...new Map(all.map((each) => [JSON.stringify(each), each])).values(),
]

/** Each once, and what destroys something after all that does not. */
export function inTurn(remedies: readonly Remedy[]): readonly Remedy[] {
  const first = remedies.filter(({ title }, index) => remedies.findIndex((each) => each.title === title) === index)
  return first.toSorted((a, b) => Number(a.isDestructive) - Number(b.isDestructive))
}

const text = ({ object }: Finding): string => referenceText(object)

const compare = (a: GroupedFinding, b: GroupedFinding): number =>
  order[a.severity] - order[b.severity] || text(a).localeCompare(text(b)) || a.id.localeCompare(b.id)

/** Pods of one workload blame the same object with the same words; the strongest is kept. */
function unique(blames: readonly Blame[]): readonly Blame[] {
  const kept = new Map<string, Blame>()
  for (const blame of blames) {
    const known = kept.get(referenceText(blame.object))
    if (known === undefined || (known.strength === 'inferred' && blame.strength === 'direct')) {
      kept.set(referenceText(blame.object), blame)
    }
  }
  return [...kept.values()]
}

function uniqueReferences(references: readonly Reference[]): readonly Reference[] {
  return [...new Map(references.map((reference) => [referenceText(reference), reference])).values()]
}
