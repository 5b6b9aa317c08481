/** Where something stands in a configuration file. */
export interface Place {
  readonly file: string
  /** From 1. */
  readonly line: number
}

/** A configuration value that knows where it was written. */
export type Located = LocatedMap | LocatedList | LocatedScalar

export interface LocatedMap {
  readonly kind: 'map'
  readonly place: Place
  readonly entries: ReadonlyMap<string, { readonly place: Place; readonly value: Located }>
}

export interface LocatedList {
  readonly kind: 'list'
  readonly place: Place
  readonly items: readonly Located[]
}

export interface LocatedScalar {
  readonly kind: 'scalar'
  readonly place: Place
  readonly value: unknown
  /** True for unquoted text that came from the environment: it may stand for a number or a truth value. */
  readonly isRetypable: boolean
}

export type ConfigPath = readonly PropertyKey[]

/** `components[2].checks[0].interval` */
export function formatPath(path: ConfigPath): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '')
}

/** The node at `path`; undefined when there is none. */
export function nodeAt(root: Located, path: ConfigPath): Located | undefined {
  let node: Located | undefined = root
  for (const step of path) node = childOf(node, step)?.value
  return node
}

/** The place of what `path` names, or of its nearest ancestor that was written. A key's own line where it has one. */
export function placeOf(root: Located, path: ConfigPath): Place {
  let place = root.place
  let node: Located | undefined = root
  for (const step of path) {
    const child = childOf(node, step)
    if (child === undefined) return place
    place = child.place
    node = child.value
  }
  return place
}

function childOf(node: Located | undefined, step: PropertyKey): { place: Place; value: Located } | undefined {
  if (node?.kind === 'map') return node.entries.get(String(step))
  if (node?.kind !== 'list') return undefined
  const item = node.items[Number(step)]
  return item && { place: item.place, value: item }
}

/** Joins two configurations: mappings are merged, lists are appended, and for anything else the later one counts. */
export function mergeLocated(earlier: Located, later: Located): Located {
  if (earlier.kind === 'list' && later.kind === 'list') return { ...earlier, items: [...earlier.items, ...later.items] }
  if (earlier.kind !== 'map' || later.kind !== 'map') return later
  const entries = new Map(earlier.entries)
  for (const [key, entry] of later.entries) {
    const before = entries.get(key)
    entries.set(key, before ? { place: entry.place, value: mergeLocated(before.value, entry.value) } : entry)
  }
  return { ...earlier, entries }
}
