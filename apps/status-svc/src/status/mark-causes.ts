import type { Queryable } from '@akashic/shared/postgres'
import type { ComponentDirectory, ComponentRecord } from '../component/component.ts'
import type { ComponentState } from './advance.ts'
import { rootCause } from './caused-by.ts'
import { saveCauses } from './ledger-store.ts'
import { readStates } from './state-store.ts'

/** Names in the ledger what caused the state of the components that turned, and of those that depend on them.
 *  A cause once named stays with its interval, also when the cause recovers first.
 *  `states` are the newest ones, not yet to be seen by other transactions. */
export async function markCauses(
  { components }: { readonly components: ComponentDirectory },
  tx: Queryable,
  turned: readonly number[],
  states: ReadonlyMap<number, ComponentState>,
): Promise<void> {
  const graph = new Map(components.shown().map((record) => [record.id, record]))
  const affected = withDependents(graph, new Set(turned))
  if (![...affected].some((record) => record.spec.dependsOn.length > 0)) return
  const missing = [...withDependencies(graph, affected)]
    .filter((record) => !states.has(record.num))
    .map((record) => record.num)
  const known = new Map([...(missing.length > 0 ? await readStates(tx, missing) : []), ...states])
  const node = (id: string) => {
    const record = graph.get(id)
    const state = record && known.get(record.num)
    return state && { id, dependsOn: record.spec.dependsOn, status: state.status, sinceMs: state.sinceMs }
  }
  const causes = [...affected].flatMap((record) => {
    const cause = rootCause(record.id, node)
    return cause === null ? [] : [[record.num, graph.get(cause)!.num] as const]
  })
  await saveCauses(tx, new Map(causes))
}

type Graph = ReadonlyMap<string, ComponentRecord>

function withDependents(graph: Graph, nums: ReadonlySet<number>): Set<ComponentRecord> {
  const reached = new Set([...graph.values()].filter((record) => nums.has(record.num)))
  const dependents = Map.groupBy(
    [...graph.values()].flatMap((record) => record.spec.dependsOn.map((dependency) => ({ record, dependency }))),
    (edge) => edge.dependency,
  )
  for (const record of reached) for (const edge of dependents.get(record.id) ?? []) reached.add(edge.record)
  return reached
}

function withDependencies(graph: Graph, records: ReadonlySet<ComponentRecord>): Set<ComponentRecord> {
  const reached = new Set(records)
  for (const record of reached) {
    for (const id of record.spec.dependsOn) {
      const dependency = graph.get(id)
      if (dependency) reached.add(dependency)
    }
  }
  return reached
}
