import type { Reference } from '@akashic/kubernetes'
import { OpsError } from '@akashic/shared/errors'
import type { Scope } from '../cause/diagnosis.ts'
import type { KnownComponent } from '../component/known-components.ts'

/** A scope, and the cluster that it is in. */
export interface ClusterScope {
  readonly cluster: string
  readonly scope: Scope
}

/** The workloads that run some components, by the cluster that they run in; of those that run in none, nothing. */
export function componentScopes(components: readonly KnownComponent[]): readonly ClusterScope[] {
  const running = components.flatMap(({ id, targets }) => (targets?.kubernetes ? [{ id, ...targets.kubernetes }] : []))
  return [...Map.groupBy(running, ({ cluster }) => cluster)].map(([cluster, inCluster]) => ({
    cluster,
    scope: {
      kind: 'component',
      components: inCluster.map(({ id }) => id),
      workloads: inCluster.map(({ kind, namespace, name }): Reference => ({ kind, namespace, name })),
    },
  }))
}

/** The workload of a component.
 *  @throws OpsError not_found, or failed_precondition for a component that runs in no cluster. */
export function componentScope(components: readonly KnownComponent[], id: string): ClusterScope {
  const component = components.find((each) => each.id === id)
  if (!component) throw new OpsError('not_found', `There is no component ${id}.`)
  const [found] = componentScopes([component])
  if (found) return found
  throw new OpsError('failed_precondition', `Component ${id} has no targets.kubernetes: it is not known what runs it.`)
}
