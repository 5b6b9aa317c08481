import { referenceText, type Reference } from '@akashic/kubernetes'
import type { KnownComponent } from '../component/known-components.ts'

type Components = readonly KnownComponent[]

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

function workloadOf({ targets }: KnownComponent, cluster: string): readonly Reference[] {
  const target = targets?.kubernetes
  return target?.cluster === cluster ? [{ kind: target.kind, namespace: target.namespace, name: target.name }] : []
}
