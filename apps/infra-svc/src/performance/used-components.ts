import { referenceText, type Reference } from '@akashic/kubernetes'
import type { Database } from '@akashic/shared/postgres'
import type { KnownComponent } from '../component/known-components.ts'
import type { GroupedFinding } from '../finding/group-findings.ts'
import { openFindings } from '../finding/open-findings.ts'
import { componentObject } from './judge/component-finding.ts'
import { sourceOf } from './kept-component.ts'

/** What a diagnosis of a cluster needs to know of how components perform. */
export interface UsedComponents {
  /** How those perform badly that run in the cluster, and those that they depend on. */
  readonly findings: readonly GroupedFinding[]
  /** Components that a workload depends on, wherever they run. */
  readonly neededBy: (workload: Reference) => readonly Reference[]
}

/** The components of a cluster and what they depend on, with what was last found of how they perform. */
export async function usedComponents(
  { db }: { readonly db: Database },
  components: readonly KnownComponent[],
  cluster: string,
): Promise<UsedComponents> {
  const needs = new Map<string, Reference[]>()
  const running = components.filter(({ targets }) => targets?.kubernetes?.cluster === cluster)
  for (const { targets, dependsOn } of running) {
    const { kind, namespace, name } = targets!.kubernetes!
    const key = referenceText({ kind, namespace, name })
    needs.set(key, [...(needs.get(key) ?? []), ...dependsOn.map(componentObject)])
  }
  const ids = withDependencies(running, components)
  // A diagnosis reads logs itself, and tells of heaps what they say now.
  const found = (ids.length === 0 ? [] : await openFindings(db, ids.map(sourceOf))).filter(
    ({ rule }) => !rule.startsWith('pod-'),
  )
  return {
    findings: eachOnce(found),
    neededBy: (workload) => needs.get(referenceText(workload)) ?? [],
  }
}

/** Ids of components, of what they depend on, and of what that depends on. */
function withDependencies(first: readonly KnownComponent[], components: readonly KnownComponent[]): readonly string[] {
  const byId = new Map(components.map((component) => [component.id, component]))
  const reached = new Set(first.map(({ id }) => id))
  // A set goes on with what is added to it meanwhile.
  for (const id of reached) for (const needed of byId.get(id)?.dependsOn ?? []) reached.add(needed)
  return [...reached].toSorted()
}

/** The memory of a workload that runs several components is told of each of them. */
const eachOnce = (findings: readonly GroupedFinding[]): readonly GroupedFinding[] => [
  ...new Map(
    findings
      .toReversed()
      .map((each) => [`${each.rule} ${referenceText(each.object)} ${each.part} ${ofOwn(each)}`, each]),
  ).values(),
]

/** A statement is slow for each component that uses it. */
const ofOwn = ({ rule, cluster }: GroupedFinding): string => (rule.startsWith('memory-') ? '' : cluster)
