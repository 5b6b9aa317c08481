import type { Reference } from '@akashic/kubernetes'
import { target } from '../analyse/remedies.ts'
import type { Remedy } from '../finding/finding.ts'

/** A text as one word of a shell. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

/** A part of a JSON pointer. Source: RFC 6901. */
export const pointer = (...parts: readonly (string | number)[]): string =>
  parts.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

type PatchType = 'strategic' | 'merge' | 'json'

/** kubectl's command that patches an object. */
export function patchCommand(object: Reference, body: unknown, type: PatchType = 'merge'): string {
  const flag = type === 'strategic' ? '' : ` --type=${type}`
  return `kubectl patch ${target(object)}${flag} -p ${quoted(JSON.stringify(body))}`
}

interface Patch {
  readonly title: string
  readonly changes: string
  readonly to: unknown
  /** What takes it back; of the same type. */
  readonly back: unknown
  readonly type?: PatchType
}

/** Change fields of an object in place. */
export const patch = (object: Reference, { title, changes, to, back, type }: Patch): Remedy => ({
  title,
  command: patchCommand(object, to, type),
  changes: `${changes}. Where Helm or Git own it, change it there too`,
  undo: patchCommand(object, back, type),
  isDestructive: false,
})

/** A JSON patch of one field, which is refused where somebody has changed it meanwhile. */
export const replaced = (path: string, before: unknown, value: unknown): readonly object[] => [
  { op: 'test', path, value: before },
  { op: 'replace', path, value },
]
