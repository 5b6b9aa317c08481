import { createHash } from 'node:crypto'
import type { Reference } from '@akashic/kubernetes'

/** The id of a finding: the same for the same trouble of the same object on every run, on every replica. */
export function findingId(cluster: string, rule: string, object: Reference, part: string): string {
  const names = JSON.stringify([cluster, rule, object.kind, object.namespace, object.name, part])
  return createHash('sha256').update(names).digest('hex').slice(0, 16)
}
