import type { ComponentStatus } from './component-status.ts'

export interface CausalNode {
  readonly id: string
  readonly dependsOn: readonly string[]
  readonly status: ComponentStatus
  readonly sinceMs: number
}

/** The root dependency that explains why `id` is impaired: of the dependencies that are down, reached through
 *  dependencies that are not well themselves, the deepest; of several, the one down longest, then the first by id.
 *  Null when the component is not impaired, or when nothing that it needs is down. */
export function rootCause(id: string, node: (id: string) => CausalNode | undefined): string | null {
  const start = node(id)
  if (!start || !isImpaired(start.status)) return null
  const depths = new Map([[id, 0]])
  const candidates: { id: string; depth: number; sinceMs: number }[] = []
  for (const [reached, depth] of depths) {
    for (const dependency of node(reached)!.dependsOn) {
      const found = node(dependency)
      if (!found || depths.has(dependency) || isWell(found.status)) continue
      depths.set(dependency, depth + 1)
      if (isDown(found.status)) candidates.push({ id: dependency, depth: depth + 1, sinceMs: found.sinceMs })
    }
  }
  candidates.sort((a, b) => b.depth - a.depth || a.sinceMs - b.sinceMs || (a.id < b.id ? -1 : 1))
  return candidates[0]?.id ?? null
}

const isDown = (status: ComponentStatus) => status === 'outage' || status === 'partial_outage'

/** True for states that a dependency may explain. */
export const isImpaired = (status: ComponentStatus): boolean => isDown(status) || status === 'degraded'

const isWell = (status: ComponentStatus) => status === 'operational' || status === 'maintenance'
