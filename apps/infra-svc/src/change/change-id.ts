import { createHash } from 'node:crypto'
import { referenceText } from '@akashic/kubernetes'
import type { Change } from './change.ts'

/** The same for one change, whether it was seen as it happened or read later from what the cluster keeps. */
export function changeId({ cluster, at, kind, object }: Omit<Change, 'id'>): string {
  const second = Math.floor(at / 1_000)
  return createHash('sha256')
    .update(JSON.stringify([cluster, second, kind, referenceText(object)]))
    .digest('hex')
    .slice(0, 16)
}
