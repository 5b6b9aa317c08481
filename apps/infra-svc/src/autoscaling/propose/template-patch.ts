import { quantityText } from '../amounts.ts'
import type { AuditedContainer } from '../audit-workload.ts'
import type { Workload } from '../scaled-workload.ts'

const fields = ['requests', 'limits'] as const
const resources = ['cpu', 'memory'] as const

/** An amount as manifests write it; null takes the field away, undefined leaves it out. */
type Amount = string | null | undefined

/** The template of a workload with what its containers should ask for, and what they ask for already: server-side apply takes
 *  away what the same manager named before and no longer does. */
export function proposedTemplate(workload: Workload, containers: readonly AuditedContainer[]): object {
  return templateOf(workload, containers, ({ container, sized }, field, resource) => {
    const change = sized.find((each) => each.field === field && each.resource === resource)
    return change ? quantityText(resource, change.proposed) : asWritten(workload, container, field, resource)
  })
}

/** The template with what would be changed as it is written now. */
export function presentTemplate(workload: Workload, containers: readonly AuditedContainer[]): object {
  return templateOf(workload, containers, ({ container, sized }, field, resource) =>
    sized.some((each) => each.field === field && each.resource === resource)
      ? (asWritten(workload, container, field, resource) ?? null)
      : undefined,
  )
}

const containerOf = ({ template }: Workload, name: string) =>
  template.spec.containers.find((each) => each.name === name)

const asWritten = (
  workload: Workload,
  container: string,
  field: (typeof fields)[number],
  resource: (typeof resources)[number],
): string | undefined => containerOf(workload, container)?.[field][resource]

function templateOf(
  workload: Workload,
  containers: readonly AuditedContainer[],
  amountOf: (
    container: AuditedContainer,
    field: (typeof fields)[number],
    resource: (typeof resources)[number],
  ) => Amount,
): object {
  const listed = containers.flatMap((each) => {
    const amounts = fields.flatMap((field) => {
      const named = resources
        .map((resource) => [resource, amountOf(each, field, resource)] as const)
        .filter(([, amount]) => amount !== undefined)
      return named.length === 0 ? [] : [[field, Object.fromEntries(named)] as const]
    })
    const isSidecar = containerOf(workload, each.container)?.role === 'sidecar'
    const spec = { name: each.container, resources: Object.fromEntries(amounts) }
    return amounts.length === 0 ? [] : [{ list: isSidecar ? 'initContainers' : 'containers', spec }]
  })
  const byList = Map.groupBy(listed, ({ list }) => list)
  const lists = [...byList].map(([list, all]) => [list, all.map(({ spec }) => spec)] as const)
  return { spec: { template: { spec: Object.fromEntries(lists) } } }
}
