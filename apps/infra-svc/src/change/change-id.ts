import { createHash } from 'node:crypto'
import { referenceText, type Resource } from '@akashic/kubernetes'

/** Made of what the object itself tells, and never of when it was seen: the same for one change on every replica, after a
 *  restart, and whether it was seen as it happened or read later off the object.
 *  @param what for a Deployment's kept revision its number. */
export function changeId(
  cluster: string,
  object: Resource,
  what: 'created' | 'deleted' | 'written' | `revision ${number}`,
): string {
  const mark = what === 'written' ? writeMark(object) : what
  return createHash('sha256')
    .update(JSON.stringify([cluster, referenceText(object), object.uid, mark]))
    .digest('hex')
    .slice(0, 16)
}

/** What tells one write of an object from another. A resourceVersion also counts what controllers write to its status: a
 *  replica that lists anew after a cut sees another one for the same decision. */
function writeMark({ generation, lastWrite, resourceVersion }: Resource): string {
  if (generation > 0) return `generation ${generation}`
  return lastWrite === null ? `version ${resourceVersion}` : `written ${lastWrite.at} by ${lastWrite.manager}`
}
