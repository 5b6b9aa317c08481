import { referenceText, type Pod, type Reference } from '@akashic/kubernetes'
import type { Look } from '../analyse/analyser.ts'
import { podsOf } from '../analyse/owner.ts'
import type { Change } from '../change/change.ts'
import type { Unseen } from './diagnosis.ts'
import type { GroupedFinding } from '../finding/group-findings.ts'
import type { Runbook } from '../runbook/runbook.ts'
import { logFacts, type LogFact } from '../log/log-facts.ts'

/** Everything that a diagnosis is made of: the view, what was found in it, and what was changed before. */
export interface Case extends Look {
  readonly findings: readonly GroupedFinding[]
  /** The earliest first. */
  readonly changes: readonly Change[]
  readonly runbooks: readonly Runbook[]
  /** Only what began, happened again or was changed since then counts, ms since 1970; all that is known unless given. */
  readonly since?: number
  /** What was looked for besides the view and could not be read, such as logs. */
  readonly unread?: readonly Unseen[]
  /** What the settings of the cluster do not let be read: told, and no reason to doubt the rest. */
  readonly withheld?: readonly Unseen[]
  /** Workloads that a workload depends on, as the components say. */
  dependencies(workload: Reference): readonly Reference[]
}

/** A case with the lookups that rules need. */
export interface OpenCase extends Case {
  findingsOn(object: Reference): readonly GroupedFinding[]
  changesOf(object: Reference): readonly Change[]
  /** The pods in which a finding was made, else those of what it is about. */
  podsOf(finding: GroupedFinding): readonly Pod[]
  /** What the logs of a workload's pods say, in words that have a known meaning. */
  factsOf(finding: GroupedFinding): readonly { readonly pod: Pod; readonly fact: LogFact }[]
}

export function openCase(given: Case): OpenCase {
  const findings = Map.groupBy(given.findings, ({ object }) => referenceText(object))
  const { since = 0 } = given
  const counted = given.changes.filter(({ at }) => at >= since)
  const changes = Map.groupBy(counted, ({ object }) => referenceText(object))
  const pods = (finding: GroupedFinding): readonly Pod[] => {
    const affected = finding.affected.flatMap(({ kind, namespace, name }) =>
      kind === 'Pod' ? (given.view.get('Pod', namespace, name) ?? []) : [],
    )
    if (affected.length > 0) return affected
    const own = podsOf(given.view, finding.object)
    return own.length > 0 ? own : finding.involves.flatMap((object) => podsOf(given.view, object))
  }
  const facts = new Map<string, readonly LogFact[]>()
  const factsOfPod = (uid: string): readonly LogFact[] => {
    const known = facts.get(uid) ?? logFacts(given.logs(uid))
    facts.set(uid, known)
    return known
  }
  return {
    ...given,
    changes: counted,
    findingsOn: (object) => findings.get(referenceText(object)) ?? [],
    changesOf: (object) => changes.get(referenceText(object)) ?? [],
    podsOf: pods,
    factsOf: (finding) => pods(finding).flatMap((pod) => factsOfPod(pod.uid).map((fact) => ({ pod, fact }))),
  }
}
