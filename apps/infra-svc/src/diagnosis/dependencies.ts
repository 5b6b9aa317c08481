import type { Config } from '@akashic/config'
import { referenceText, type Reference } from '@akashic/kubernetes'
import { OpsError } from '@akashic/shared/errors'
import type { Scope } from '../cause/diagnosis.ts'

type Components = Config['components']

/** Workloads that a workload depends on, as the components say. */
export type Dependencies = (workload: Reference) => readonly Reference[]

/** What the components of a cluster depend on, by the workloads that run them. */
export function dependenciesOf(components: Components, cluster: string): Dependencies {
  const workloads = new Map(
    components.flatMap((component) =>
      workloadOf(component, cluster).map((workload) => [component.id, workload] as const),
    ),
  )
  const needed = new Map<string, readonly Reference[]>()
  for (const { id, dependsOn } of components) {
    const workload = workloads.get(id)
    if (workload)
      needed.set(
        referenceText(workload),
        dependsOn.flatMap((other) => workloads.get(other) ?? []),
      )
  }
  return (workload) => needed.get(referenceText(workload)) ?? []
}

function workloadOf({ targets }: Components[number], cluster: string): readonly Reference[] {
  const target = targets?.kubernetes
  return target?.cluster === cluster ? [{ kind: target.kind, namespace: target.namespace, name: target.name }] : []
}

/** The workload of a component, and the cluster that it runs in.
 *  @throws OpsError not_found, or failed_precondition for a component that runs in no cluster. */
export function componentScope(
  components: Components,
  id: string,
): { readonly cluster: string; readonly scope: Scope } {
  const component = components.find((each) => each.id === id)
  if (!component) throw new OpsError('not_found', `There is no component ${id} in the configuration.`)
  const target = component.targets?.kubernetes
  if (!target)
    throw new OpsError(
      'failed_precondition',
      `Component ${id} has no targets.kubernetes: it is not known what runs it.`,
    )
  const { cluster, kind, namespace, name } = target
  return { cluster, scope: { kind: 'component', component: id, workloads: [{ kind, namespace, name }] } }
}
