import type { VerdictFailure } from '../status/check-verdict.ts'

/** What one check tells of whether this checker can see. */
export interface Sighting {
  /** Address it was last answered from, else the host it goes to. */
  readonly address: string
  /** Components that are connected through dependsOn have one group: they may fail together for a reason of their own. */
  readonly group: string
  /** True when its verdict says that its target is there. */
  readonly isHealthy: boolean
  /** Start of the last check that was answered, on the monotonic clock; null when none was. */
  readonly answeredAtMs: number | null
}

export const blindFailure: VerdictFailure = {
  code: 'blind',
  sentence: 'checker cannot see',
  detail:
    'targets that have nothing to do with each other stopped answering together: the network of the checker is broken',
}

const fewestWitnesses = 2
const mostWitnesses = 5

/** Whether a failure at `target` that began at `failingSinceMs` may be the checker's own. `sees`: an unrelated target has
 *  answered since. `cannot-judge`: too few unrelated targets to tell. Else the witnesses, each at another address, that were
 *  healthy and have to be asked: the checker is blind when none of them answers. */
export function judgeSight<S extends Sighting>(
  target: Pick<Sighting, 'address' | 'group'>,
  failingSinceMs: number,
  others: Iterable<S>,
): 'sees' | 'cannot-judge' | readonly S[] {
  const byAddress = new Map<string, S>()
  const isLocal = isLoopback(target.address)
  for (const other of others) {
    if (other.address === target.address || other.group === target.group || other.answeredAtMs === null) continue
    if (isLoopback(other.address) !== isLocal) continue
    if (other.answeredAtMs >= failingSinceMs) return 'sees'
    if (!other.isHealthy) continue
    const rival = byAddress.get(other.address)
    if (!rival || rival.answeredAtMs! < other.answeredAtMs) byAddress.set(other.address, other)
  }
  if (byAddress.size < fewestWitnesses) return 'cannot-judge'
  return [...byAddress.values()].sort((a, b) => b.answeredAtMs! - a.answeredAtMs!).slice(0, mostWitnesses)
}

/** True for a target on this machine: it is reached without a network, and so says nothing of one. */
export function isLoopback(address: string): boolean {
  return /^(127\.|::1$|::ffff:127\.|localhost$|.+\.localhost$)/.test(address)
}

/** The group of each component: those connected through dependsOn, in any direction, share one. */
export function groupsOf(
  components: Iterable<{ readonly id: string; readonly spec: { readonly dependsOn: readonly string[] } }>,
): Map<string, string> {
  const parents = new Map<string, string>()
  const rootOf = (id: string): string => {
    let root = id
    for (let parent = parents.get(root); parent !== undefined && parent !== root; parent = parents.get(root))
      root = parent
    parents.set(id, root)
    return root
  }
  for (const { id, spec } of components) {
    for (const dependency of [id, ...spec.dependsOn]) parents.set(rootOf(dependency), rootOf(id))
  }
  return new Map([...parents.keys()].map((id) => [id, rootOf(id)]))
}
