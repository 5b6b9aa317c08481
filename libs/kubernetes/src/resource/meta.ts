import { at, isAt, listAt, mapAt, numberAt, textAt, textsAt, timeAt, type Raw, type Texts } from './raw.ts'

export interface Owner {
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly isController: boolean
}

/** Who wrote an object last, other than its status. */
export interface Write {
  readonly manager: string
  /** ms since 1970. */
  readonly at: number
}

/** What every object has. Times are ms since 1970. */
export interface Meta {
  readonly name: string
  /** '' for what belongs to no namespace. */
  readonly namespace: string
  readonly uid: string
  readonly labels: Texts
  readonly annotations: Texts
  readonly createdAt: number | null
  readonly deletedAt: number | null
  readonly finalizers: readonly string[]
  readonly owners: readonly Owner[]
  readonly generation: number
  readonly resourceVersion: string
  readonly lastWrite: Write | null
  /** Versions of the API before a stable one in which it was written or applied, such as `policy/v1beta1`. */
  readonly unstableVersions: readonly string[]
}

const longestAnnotation = 256
/** What kubectl keeps of its last apply repeats the whole object. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'
const leftOut = new Set([lastApplied])

/** The metadata that rules need; of annotations the short ones. */
export function trimMeta(raw: Raw): Meta {
  const meta = at(raw, 'metadata')
  return {
    name: textAt(meta, 'name'),
    namespace: textAt(meta, 'namespace'),
    uid: textAt(meta, 'uid'),
    labels: mapAt(meta, 'labels'),
    annotations: trimAnnotations(mapAt(meta, 'annotations')),
    createdAt: timeAt(meta, 'creationTimestamp'),
    deletedAt: timeAt(meta, 'deletionTimestamp'),
    finalizers: textsAt(meta, 'finalizers'),
    owners: listAt(meta, 'ownerReferences').map((owner) => ({
      kind: textAt(owner, 'kind'),
      name: textAt(owner, 'name'),
      uid: textAt(owner, 'uid'),
      isController: isAt(owner, 'controller'),
    })),
    generation: numberAt(meta, 0, 'generation'),
    resourceVersion: textAt(meta, 'resourceVersion'),
    lastWrite: lastWriteOf(meta),
    unstableVersions: unstableVersionsOf(meta),
  }
}

const isUnstable = /\/v\d+(?:alpha|beta)\d+$/
const none: readonly string[] = Object.freeze([])

/** kubectl's copy of what it applied begins with the version of the manifest. What the control plane wrote is its own
 *  business. */
function unstableVersionsOf(meta: Raw): readonly string[] {
  const applied = textAt(meta, 'annotations', lastApplied).slice(0, 200)
  const manifest = /"apiVersion":"([^"]+)"/.exec(applied)?.[1]
  const writers = listAt(meta, 'managedFields').filter((entry) => !textAt(entry, 'manager').startsWith('kube-'))
  const versions = [
    ...(manifest === undefined ? [] : [manifest]),
    ...writers.map((entry) => textAt(entry, 'apiVersion')),
  ]
  const found = versions.filter((version) => isUnstable.test(version))
  return found.length === 0 ? none : [...new Set(found)].toSorted()
}

function trimAnnotations(annotations: Texts): Texts {
  const entries = Object.entries(annotations)
  const kept = entries.filter(([name, value]) => value.length <= longestAnnotation && !leftOut.has(name))
  return kept.length === entries.length ? annotations : Object.fromEntries(kept)
}

/** A number that whoever applies the object keeps setting: by kubectl's copy of what it applied last, or as a field that
 *  server-side apply owns. Null where neither tells. */
export function appliedNumber(raw: Raw, ...path: readonly string[]): number | null {
  const meta = at(raw, 'metadata')
  const applied = numberAt(parsed(textAt(meta, 'annotations', lastApplied)), null, ...path)
  if (applied !== null) return applied
  const fields = path.map((name) => `f:${name}`)
  const isOwned = listAt(meta, 'managedFields').some(
    (entry) => textAt(entry, 'operation') === 'Apply' && at(entry, 'fieldsV1', ...fields) !== undefined,
  )
  return isOwned ? numberAt(raw, null, ...path) : null
}

function parsed(json: string): Raw {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function lastWriteOf(meta: Raw): Write | null {
  let last: Write | null = null
  for (const entry of listAt(meta, 'managedFields')) {
    const writtenAt = timeAt(entry, 'time')
    if (writtenAt === null || textAt(entry, 'subresource') !== '' || onlyBookkeeping(entry)) continue
    if (last === null || writtenAt >= last.at) last = { manager: textAt(entry, 'manager'), at: writtenAt }
  }
  return last
}

/** A controller that only counts revisions or adds a finalizer changed nothing that anybody runs. */
function onlyBookkeeping(entry: Raw): boolean {
  const fields = at(entry, 'fieldsV1')
  if (typeof fields !== 'object' || fields === null) return false
  return Object.keys(fields).every((name) => name === 'f:metadata') && textAt(entry, 'manager').startsWith('kube-')
}

export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
  /** When it last turned, ms since 1970. */
  readonly since: number | null
}

export function trimConditions(raw: Raw): readonly Condition[] {
  return listAt(raw, 'status', 'conditions').map((condition) => {
    const status = textAt(condition, 'status')
    return {
      type: textAt(condition, 'type'),
      status: status === 'True' || status === 'False' ? status : 'Unknown',
      reason: textAt(condition, 'reason'),
      message: textAt(condition, 'message'),
      since: timeAt(condition, 'lastTransitionTime'),
    }
  })
}

/** A condition by its type; undefined while nobody has said anything of it. */
export function conditionOf(
  { conditions }: { readonly conditions: readonly Condition[] },
  type: string,
): Condition | undefined {
  return conditions.find((condition) => condition.type === type)
}
