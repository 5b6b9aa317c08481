import type { Definition } from './component-definition.ts'

export interface FieldChange {
  /** As `checks[0].interval`. */
  readonly path: string
  /** Null where there was or will be nothing. Secrets are not shown. */
  readonly before: string | null
  readonly after: string | null
}

export interface ConfigDifference {
  readonly added: readonly { readonly id: string; readonly name: string }[]
  readonly removed: readonly { readonly id: string; readonly name: string }[]
  readonly renamed: readonly { readonly from: string; readonly to: string }[]
  readonly changed: readonly { readonly id: string; readonly fields: readonly FieldChange[] }[]
}

/** What leads from one set of components to another. A secret that one side leaves out counts as unchanged. */
export function compareComponents(
  before: readonly Definition[],
  after: readonly Definition[],
  renamedFrom: ReadonlyMap<string, string>,
): ConfigDifference {
  const old = new Map(before.map((component) => [component.id, component]))
  const kept = new Set(after.map((component) => component.id))
  const renames = [...renamedFrom].filter(([to, from]) => !old.has(to) && old.has(from) && !kept.has(from))
  const formerId = new Map(renames)
  const former = new Set(formerId.values())
  const partner = (component: Definition) => old.get(component.id) ?? old.get(formerId.get(component.id) ?? '')
  return {
    added: after.filter((component) => !partner(component)).map(named),
    removed: before.filter((component) => !kept.has(component.id) && !former.has(component.id)).map(named),
    renamed: renames.map(([to, from]) => ({ from, to })),
    changed: after.flatMap((component) => {
      const earlier = partner(component)
      const fields = earlier === undefined ? [] : fieldChanges(earlier, component)
      return fields.length === 0 ? [] : [{ id: component.id, fields }]
    }),
  }
}

function named({ id, name }: Definition): { id: string; name: string } {
  return { id, name }
}

function fieldChanges(before: Definition, after: Definition): FieldChange[] {
  const old = new Map(leaves(before, ''))
  const next = new Map(leaves(after, ''))
  return [...new Set([...old.keys(), ...next.keys()])]
    .filter((path) => path !== '.id' && !isSame(old.get(path), next.get(path)))
    .map((path) => ({ path: path.slice(1), before: shown(path, old.get(path)), after: shown(path, next.get(path)) }))
}

function leaves(value: unknown, path: string): [string, unknown][] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leaves(item, `${path}[${index}]`))
  if (typeof value !== 'object' || value === null) return [[path, value]]
  return Object.entries(value).flatMap(([key, member]) =>
    member === undefined ? [] : leaves(member, `${path}.${key}`),
  )
}

const mark = /(?:\[|%5B|\*+)redacted(?:\]|%5D|\*+)/i

function isSame(before: unknown, after: unknown): boolean {
  if (typeof before !== 'string' || typeof after !== 'string') return before === after
  return before === after || fits(before, after) || fits(after, before)
}

/** True when `text` is `redacted` with something in place of its marks. */
function fits(redacted: string, text: string): boolean {
  if (!mark.test(redacted)) return false
  const parts = redacted.split(new RegExp(mark, 'gi')).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text)
}

const secretPath = /auth|token|key|secret|cookie|password|passwd|credential|signature|\.body$/i

function shown(path: string, value: unknown): string | null {
  if (value === undefined) return null
  if (value === '') return 'empty'
  if (typeof value !== 'string') return JSON.stringify(value)
  if (secretPath.test(path)) return '[redacted]'
  return withoutSecretsInUrl(value)
}

function withoutSecretsInUrl(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text
  return text.replace(/:\/\/.*@/, '://[redacted]@').replace(/([?&][^=&#]+)=[^&#]*/g, '$1=[redacted]')
}
