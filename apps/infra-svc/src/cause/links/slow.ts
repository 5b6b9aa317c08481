import { referenceText, type Reference } from '@akashic/kubernetes'
import type { GroupedFinding } from '../../finding/group-findings.ts'
import type { OpenCase } from '../case.ts'
import { busyDatabases } from './database.ts'
import type { Link, LinkRule } from './link.ts'

/** What users of a component feel. */
const felt: ReadonlySet<string> = new Set(['perf-slow-response', 'perf-errors', 'perf-slower'])

/** A component is slow, or fails, as what it waits for does: a component that it depends on, or a statement of its database;
 *  or as it has used up what it is given. While a lock tree or a database without connections says why, or somebody whom it
 *  waits for is slow himself, what it does itself explains nothing. */
export const slow: LinkRule = function* (open, finding) {
  if (ownReasons.has(finding.rule)) {
    if (finding.rule !== 'perf-slow-statement' || busyDatabases(open, finding).length === 0) yield itself(finding)
    return
  }
  if (!felt.has(finding.rule)) return
  const waits = [...dependencies(open, finding)]
  yield* waits
  if (waits.length > 0 || busyDatabases(open, finding).length > 0) return
  const own = open.findings.filter(({ cluster, rule }) => cluster === finding.cluster && ownReasons.has(rule))
  for (const other of own) yield itself(other, finding.involves[0])
}

const ownReasons: ReadonlySet<string> = new Set(['perf-slow-statement', 'perf-resource-used-up'])

/** @param workload that gives its containers what they may use. */
function itself({ rule, object, summary, evidence, remedies }: GroupedFinding, workload?: Reference): Link {
  const isOfWorkload = rule === 'perf-resource-used-up' && workload !== undefined
  const because = lowered(summary)
  return {
    ...{ rule: 'slow', says: because },
    to: {
      ...{ object: isOfWorkload ? workload : object, because, strength: 'direct' },
      ...{ evidence, remedies, corroboration: [] },
    },
  }
}

/** A slow component explains those that depend on it, and what explains itself explains them before. */
function* dependencies(open: OpenCase, finding: GroupedFinding): Iterable<Link> {
  for (const need of neededBy(open, finding)) {
    for (const other of open.findingsOn(need)) {
      if (other.id === finding.id || !isReason(other)) continue
      const says = `it depends on ${referenceText(need)}`
      yield { rule: 'slow', says, to: other }
      if (!felt.has(other.rule) || waitsFor(open, other, finding)) continue
      const { evidence, remedies, summary } = other
      const object = other.involves[0] ?? other.object
      const because = `${referenceText(other.object)}, which others wait for, is at fault: ${lowered(summary)}`
      yield { rule: 'slow', says, to: { object, because, strength: 'direct', evidence, remedies, corroboration: [] } }
    }
  }
}

/** Of components that wait for each other in a circle nobody knows who began. */
function waitsFor(open: OpenCase, { involves }: GroupedFinding, { object, involves: own }: GroupedFinding): boolean {
  const sought = new Set([object, ...own].map(referenceText))
  const reached = new Map(involves.map((workload) => [referenceText(workload), workload]))
  // A map goes on with what is added to it meanwhile.
  for (const workload of reached.values()) {
    for (const need of open.dependencies(workload)) reached.set(referenceText(need), need)
  }
  return [...reached.keys()].some((each) => sought.has(each))
}

/** Of what is broken in a cluster only what is critical is felt by others. */
const isReason = ({ rule, severity, object }: GroupedFinding): boolean =>
  object.kind === 'Component' ? felt.has(rule) && severity !== 'info' : severity === 'critical'

function neededBy(open: OpenCase, { involves }: GroupedFinding): readonly Reference[] {
  const needed = involves.flatMap((workload) => open.dependencies(workload))
  return needed.filter(({ kind }) => kind !== 'Database')
}

/** A sentence as half of one. */
const lowered = (sentence: string): string =>
  `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`.replace(/\.$/, '')
