import type { CheckSpec, ComponentSpec } from '@akashic/config'

export interface NamedCheck {
  /** `${componentId}/${name}`. */
  readonly id: string
  readonly name: string
  readonly spec: CheckSpec
}

/** A component's checks with their names: the given one, else the kind, made unique as `http`, `http-2`, `http-3`. */
export function namedChecks(component: Pick<ComponentSpec, 'id' | 'checks'>): NamedCheck[] {
  const taken = new Set(component.checks.flatMap((check) => check.name ?? []))
  return component.checks.map((spec) => {
    const name = spec.name ?? freeName(spec.kind, taken)
    taken.add(name)
    return { id: `${component.id}/${name}`, name, spec }
  })
}

function freeName(kind: string, taken: ReadonlySet<string>): string {
  if (!taken.has(kind)) return kind
  let ordinal = 2
  while (taken.has(`${kind}-${ordinal}`)) ordinal++
  return `${kind}-${ordinal}`
}
