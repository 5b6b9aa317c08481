import { containerOf, type Pod } from '@akashic/kubernetes'
import { topOwner } from '../../analyse/owner.ts'
import { ofFullClaim } from '../../remedy/claim.ts'
import { ofUnwritable } from '../../remedy/process.ts'
import { blaming } from './blaming.ts'
import type { LinkRule } from './link.ts'

/** A file cannot be written: where it lies tells whom that is up to. The template decides what of a container may be
 *  written, and a claim how much room there is on its volume. That a claim's volume is read-only has other reasons. */
export const files: LinkRule = function* (open, finding) {
  for (const { pod, fact } of open.factsOf(finding)) {
    if ((fact.kind !== 'read_only' && fact.kind !== 'disk_full') || fact.name === null) continue
    const claim = claimAt(pod, fact.container, fact.name)
    if (fact.kind === 'read_only' && claim === null) {
      const because = `its container ${fact.container} writes ${fact.name}, and may not write there`
      const object = topOwner(open.view, pod)
      yield blaming('files', pod, fact, {
        object,
        because,
        ...ofUnwritable(open.view, object, fact.container, fact.name),
      })
    } else if (fact.kind === 'disk_full' && claim !== null) {
      const object = { kind: 'PersistentVolumeClaim', namespace: pod.namespace, name: claim }
      const because = `its volume is full: container ${fact.container} cannot write ${fact.name}`
      yield blaming('files', pod, fact, { object, because, ...ofFullClaim(open.view, object) })
    }
  }
}

/** The claim whose volume a file of a container lies on: that of the longest path above it. */
function claimAt(pod: Pod, container: string, file: string): string | null {
  const mounts = containerOf(pod, container)?.mounts ?? []
  const [mount] = mounts
    .filter(({ path }) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`))
    .toSorted((a, b) => b.path.length - a.path.length)
  return pod.spec.volumes.find(({ name }) => name === mount?.volume)?.claim ?? null
}
