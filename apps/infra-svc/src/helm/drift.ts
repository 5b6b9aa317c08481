import { quantity } from '@akashic/kubernetes'
import type { FieldChange } from '../change/change.ts'
import { hidden } from '../redaction/hide-credentials.ts'
import { hideInText } from '../redaction/hide-secrets.ts'

/** An object of a manifest, or as it is. Nothing of its shape is trusted. */
export type Fields = Readonly<Record<string, unknown>>

interface Place {
  readonly path: string
  /** What the value is called, by which it may be secret. */
  readonly name: string
  /** Whether it is what a Secret holds. */
  readonly isSecret: boolean
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What an object has otherwise than a release's manifest says: only fields that the manifest names, as the API server and
 *  controllers add their own. `before` is the manifest's, `after` the cluster's. Of a Secret's data only that it differs. */
export function driftOf(manifest: Fields, live: Fields): readonly FieldChange[] {
  const [wanted, is] = manifest['kind'] === 'Secret' ? [secretData(manifest), secretData(live)] : [manifest, live]
  const { apiVersion: _version, kind: _kind, metadata, status: _status, ...rest } = wanted
  const { labels, annotations } = isFields(metadata) ? metadata : {}
  const named = { ...rest, metadata: { labels, annotations } }
  const found = Object.entries(named).flatMap(([field, value]) =>
    compare(fieldAt(root, field, manifest), value, isFields(is) ? is[field] : undefined),
  )
  return found.toSorted((a, b) => a.path.localeCompare(b.path))
}

const root: Place = { path: '', name: '', isSecret: false }

/** The API server keeps `stringData` as `data`. */
function secretData({ stringData, data, ...rest }: Fields): Fields {
  const texts = isFields(stringData) ? Object.entries(stringData) : []
  const encoded = texts.map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')])
  return { ...rest, data: { ...(isFields(data) ? data : {}), ...Object.fromEntries(encoded) } }
}

function compare(at: Place, wanted: unknown, is: unknown): readonly FieldChange[] {
  if (wanted === null || wanted === undefined) return []
  if (isFields(wanted)) {
    return Object.entries(wanted).flatMap(([field, value]) =>
      compare(fieldAt(at, field, wanted), value, isFields(is) ? is[field] : undefined),
    )
  }
  if (Array.isArray(wanted)) return compareLists(at, wanted, Array.isArray(is) ? is : undefined)
  if (isSame(at.path, wanted, is)) return []
  return [{ path: at.path, before: shown(at, wanted), after: is === undefined ? null : shown(at, is) }]
}

/** In lists of names and values the value goes by its name. */
const fieldAt = ({ path, isSecret }: Place, field: string, parent: Fields): Place => ({
  path: path === '' ? field : `${path}.${field}`,
  name: field === 'value' && typeof parent['name'] === 'string' ? parent['name'] : field,
  isSecret: isSecret || (parent['kind'] === 'Secret' && (field === 'data' || field === 'stringData')),
})

function compareLists(
  at: Place,
  wanted: readonly unknown[],
  is: readonly unknown[] | undefined,
): readonly FieldChange[] {
  if (wanted.length === 0) return []
  if (!wanted.every(isFields)) {
    if (is !== undefined && JSON.stringify(wanted) === JSON.stringify(is)) return []
    return [{ path: at.path, before: shown(at, wanted), after: is === undefined ? null : shown(at, is) }]
  }
  const key = keyOf(wanted)
  return wanted.flatMap((item, index) => {
    const match = key === undefined ? is?.[index] : is?.find((other) => isFields(other) && other[key] === item[key])
    const place = { ...at, path: `${at.path}[${String(key === undefined ? index : item[key])}]` }
    if (match === undefined) return [{ path: place.path, before: 'present', after: null }]
    return compare(place, item, match)
  })
}

/** What the items of a list are told apart by, as Kubernetes merges them: the first of these that all have, each its own. */
const mergeKeys = ['name', 'mountPath', 'devicePath', 'containerPort', 'port', 'ip', 'topologyKey', 'uid']

function keyOf(items: readonly Fields[]): string | undefined {
  return mergeKeys.find((key) => {
    const values = items
      .map((item) => item[key])
      .filter((value) => typeof value === 'string' || typeof value === 'number')
    return new Set(values).size === items.length
  })
}

const quantities = /(^|\.)(requests|limits|hard|capacity|sizeLimit|min|max|default|defaultRequest)(\.[^.]+)?$/

/** Nothing, written out, is what the API server leaves out. */
const isEmpty = (value: unknown): boolean => value === '' || value === 0 || value === false

function isSame(path: string, wanted: unknown, is: unknown): boolean {
  if (is === undefined || is === null) return isEmpty(wanted)
  if (typeof is === 'object') return false
  const [a, b] = [textOf(wanted), textOf(is)]
  if (a === b) return true
  if (!quantities.test(path)) return false
  const worth = quantity(a)
  return worth !== null && worth === quantity(b)
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const shown = ({ name, isSecret }: Place, value: unknown): string =>
  isSecret ? hidden : hideInText(name, textOf(value))
