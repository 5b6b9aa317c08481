import { referenceText, type Reference } from '@akashic/kubernetes'
import type { Database } from '@akashic/shared/postgres'
import type { KnownComponent } from '../component/known-components.ts'
import type { GroupedFinding } from '../finding/group-findings.ts'
import { usersOf } from './around.ts'
import { openFindings } from '../finding/open-findings.ts'
import { databaseObject } from './database-finding.ts'
import type { Databases } from './databases.ts'
import { sourceOf } from './keep-database.ts'

/** What a diagnosis of a cluster needs to know of databases. */
export interface UsedDatabases {
  /** What is wrong with those that workloads of the cluster use. */
  readonly findings: readonly GroupedFinding[]
  /** Databases that a workload depends on. */
  readonly neededBy: (workload: Reference) => readonly Reference[]
}

/** The databases that the components of a cluster use, with what was last found wrong with them. */
export async function usedDatabases(
  { db, databases }: { readonly db: Database; readonly databases: Pick<Databases, 'all'> },
  components: readonly KnownComponent[],
  cluster: string,
): Promise<UsedDatabases> {
  const needs = new Map<string, Reference[]>()
  const sources: string[] = []
  for (const { spec } of databases.all()) {
    const workloads = usersOf(components, spec).flatMap(({ targets }) =>
      targets?.kubernetes?.cluster === cluster ? [targets.kubernetes] : [],
    )
    if (workloads.length > 0) sources.push(sourceOf(spec.name))
    for (const { kind, namespace, name } of workloads) {
      const key = referenceText({ kind, namespace, name })
      needs.set(key, [...(needs.get(key) ?? []), databaseObject(spec.name)])
    }
  }
  return {
    findings: sources.length === 0 ? [] : await openFindings(db, sources),
    neededBy: (workload) => needs.get(referenceText(workload)) ?? [],
  }
}
