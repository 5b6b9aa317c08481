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
  const graph = graphOf(components.shown())
  const affected = withDependents(graph, turned)
  if (![...affected].some((record) => record.spec.dependsOn.length > 0)) return
  const missing = [...withDependencies(graph, affected)]
    .filter((record) => !states.has(record.num))
    .map((record) => record.num)
  const known = new Map([...(missing.length > 0 ? await readStates(tx, missing) : []), ...states])
  const node = (id: string) => {
    const record = graph.byId.get(id)
    const state = record && known.get(record.num)
    return state && { id, dependsOn: record.spec.dependsOn, status: state.status, sinceMs: state.sinceMs }
  }
  const causes = [...affected].flatMap((record) => {
    const cause = rootCause(record.id, node)
    return cause === null ? [] : [[record.num, graph.byId.get(cause)!.num] as const]
  })
  await saveCauses(tx, new Map(causes))
}

interface Graph {
  readonly byId: ReadonlyMap<string, ComponentRecord>
  readonly byNum: ReadonlyMap<number, ComponentRecord>
  readonly dependents: ReadonlyMap<string, readonly ComponentRecord[]>
}

const graphs = new WeakMap<readonly ComponentRecord[], Graph>()

/** Made once for each list of components: there are many more turns than changes of definitions. */
function graphOf(records: readonly ComponentRecord[]): Graph {
  const known = graphs.get(records)
  if (known) return known
  const dependents = new Map<string, ComponentRecord[]>()
  for (const record of records) {
    for (const id of record.spec.dependsOn) {
      const others = dependents.get(id)
      if (others) others.push(record)
      else dependents.set(id, [record])
    }
  }
  const graph = {
    byId: new Map(records.map((record) => [record.id, record])),
    byNum: new Map(records.map((record) => [record.num, record])),
    dependents,
  }
  graphs.set(records, graph)
  return graph
}

function withDependents({ byNum, dependents }: Graph, nums: readonly number[]): Set<ComponentRecord> {
  const reached = new Set(nums.flatMap((num) => byNum.get(num) ?? []))
  for (const record of reached) for (const dependent of dependents.get(record.id) ?? []) reached.add(dependent)
  return reached
}

function withDependencies(graph: Graph, records: ReadonlySet<ComponentRecord>): Set<ComponentRecord> {
  const reached = new Set(records)
  for (const record of reached) {
    for (const id of record.spec.dependsOn) {
      const dependency = graph.byId.get(id)
      if (dependency) reached.add(dependency)
    }
  }
  return reached
}
