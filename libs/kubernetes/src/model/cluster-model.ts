import type { KubeEvent } from '../resource/event.ts'
import type { Pod } from '../resource/pod.ts'
import type { Texts } from '../resource/raw.ts'
import type { Kind, Reference, Resource, Resources } from '../resource/resources.ts'
import { resourceTypes } from '../resource/resources.ts'
import { selects, type LabelSelector } from '../selector/selector.ts'
import type { ClusterView, Freshness } from './cluster-view.ts'
import { EventLog } from './event-log.ts'
import { Interner } from './interner.ts'

/** Told of each object that is written or removed, with what was known of it before. */
export type ChangeListener = (before: Resource | undefined, after: Resource | undefined) => void

const notRead: Freshness = { state: 'unknown', reason: 'it was not read yet', missingPermission: null }
const none: readonly never[] = []

/** What is known of one cluster, kept up to date by whoever follows it. */
export class ClusterModel implements ClusterView {
  readonly cluster: string
  readonly #objects = new Map<Kind, Map<string, Map<string, Resource>>>()
  readonly #freshness = new Map<Kind, Freshness>()
  #eventsSeen = 0
  #secrets: { readonly namespaces: ReadonlySet<string>; readonly reason: string } | undefined
  readonly #owned = new Map<string, Set<Resource>>()
  readonly #onNode = new Map<string, Set<Pod>>()
  readonly #labelled = new Map<string, Map<Texts, Set<Pod>>>()
  readonly #events = new EventLog()
  readonly #interner = new Interner()
  readonly #listeners = new Set<ChangeListener>()

  constructor(cluster: string) {
    this.cluster = cluster
  }

  /** Tells of changes from now on. @returns ends it. */
  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  put(given: Resource): void {
    if (given.kind === 'Event') {
      this.#eventsSeen++
      return this.#events.put(given)
    }
    const object = this.#shared(given)
    const before = this.get(object.kind, object.namespace, object.name)
    if (before !== undefined) this.#unlink(before)
    this.#named(object.kind, object.namespace).set(object.name, object)
    this.#link(object)
    this.#tell(before, object)
  }

  remove({ kind, namespace, name, uid }: Reference & { readonly kind: Kind; readonly uid: string }): void {
    if (kind === 'Event') return this.#events.remove({ uid })
    const before = this.get(kind, namespace, name)
    if (before === undefined) return
    this.#unlink(before)
    const names = this.#named(kind, namespace)
    names.delete(name)
    if (names.size === 0) this.#objects.get(kind)?.delete(namespace)
    this.#tell(before, undefined)
  }

  /** Removes what a list no longer names: of one namespace, or of all where it is null. */
  keepOnly(kind: Kind, uids: ReadonlySet<string>, namespace: string | null = null): void {
    const held: readonly Resource[] = [...(namespace === null ? this.all(kind) : this.inNamespace(kind, namespace))]
    for (const object of held) if (!uids.has(object.uid)) this.remove(object)
  }

  setFreshness(kind: Kind, freshness: Freshness): void {
    this.#freshness.set(kind, freshness)
  }

  /** Secrets of other namespaces than these are unknown, for this reason. */
  limitSecrets(namespaces: readonly string[], reason: string): void {
    this.#secrets = { namespaces: new Set(namespaces), reason }
  }

  freshness(kind: Kind, namespace?: string): Freshness {
    const { namespaces, reason } = this.#secrets ?? {}
    if (kind === 'Secret' && namespaces && reason && namespace !== undefined && !namespaces.has(namespace)) {
      return { state: 'unknown', reason, missingPermission: null }
    }
    return this.#freshness.get(kind) ?? notRead
  }

  /** How many events were put, those let go of among them. */
  get eventsSeen(): number {
    return this.#eventsSeen
  }

  get eventsDropped(): number {
    return this.#events.dropped
  }

  all<K extends Kind>(kind: K): Iterable<Resources[K]> {
    return (kind === 'Event' ? this.#events.all() : this.#objectsOf(kind)) as Iterable<Resources[K]>
  }

  count(kind: Kind): number {
    if (kind === 'Event') return this.#events.size
    let count = 0
    for (const names of this.#objects.get(kind)?.values() ?? none) count += names.size
    return count
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): Resources[K] | undefined {
    return this.#objects.get(kind)?.get(namespace)?.get(name) as Resources[K] | undefined
  }

  find({ kind, namespace, name }: Reference): Resource | undefined {
    return Object.hasOwn(resourceTypes, kind) ? this.get(kind as Kind, namespace, name) : undefined
  }

  inNamespace<K extends Kind>(kind: K, namespace: string): Iterable<Resources[K]> {
    return (this.#objects.get(kind)?.get(namespace)?.values() ?? none) as Iterable<Resources[K]>
  }

  ownedBy(uid: string): readonly Resource[] {
    return [...(this.#owned.get(uid) ?? none)]
  }

  podsOn(nodeName: string): readonly Pod[] {
    return [...(this.#onNode.get(nodeName) ?? none)]
  }

  podsSelectedBy(namespace: string, selector: LabelSelector): readonly Pod[] {
    const found: Pod[] = []
    for (const [labels, pods] of this.#labelled.get(namespace) ?? none) {
      if (selects(selector, labels)) found.push(...pods)
    }
    return found
  }

  eventsOf(object: Reference & { readonly uid: string }): readonly KubeEvent[] {
    return this.#events.about(object)
  }

  /** Pods of one template say the same thing: it is kept once. */
  #shared(object: Resource): Resource {
    if (object.kind === 'Pod') {
      return {
        ...object,
        spec: this.#interner.one(object.spec),
        labels: this.#interner.one(object.labels),
        owners: this.#interner.one(object.owners),
        annotations: this.#interner.one(object.annotations),
        finalizers: this.#interner.one(object.finalizers),
        conditions: this.#sharedConditions(object.conditions),
        lastWrite: object.lastWrite && this.#interner.one(object.lastWrite),
      }
    }
    if (!('template' in object)) return object
    const spec = this.#interner.one(object.template.spec)
    return { ...object, template: { ...object.template, spec } }
  }

  /** Conditions differ in when they turned: those that turned together are kept once. */
  #sharedConditions(conditions: Pod['conditions']): Pod['conditions'] {
    return conditions.map((condition) => this.#interner.one(condition))
  }

  *#objectsOf(kind: Kind): Iterable<Resource> {
    for (const names of this.#objects.get(kind)?.values() ?? none) yield* names.values()
  }

  #named(kind: Kind, namespace: string): Map<string, Resource> {
    return entry(
      entry(this.#objects, kind, () => new Map<string, Map<string, Resource>>()),
      namespace,
      () => new Map<string, Resource>(),
    )
  }

  #link(object: Resource): void {
    for (const { uid } of object.owners) entry(this.#owned, uid, () => new Set<Resource>()).add(object)
    if (object.kind !== 'Pod') return
    if (object.nodeName !== '') entry(this.#onNode, object.nodeName, () => new Set<Pod>()).add(object)
    const byLabels = entry(this.#labelled, object.namespace, () => new Map<Texts, Set<Pod>>())
    entry(byLabels, object.labels, () => new Set<Pod>()).add(object)
  }

  #unlink(object: Resource): void {
    for (const { uid } of object.owners) leave(this.#owned, uid, object)
    if (object.kind !== 'Pod') return
    leave(this.#onNode, object.nodeName, object)
    const byLabels = this.#labelled.get(object.namespace)
    if (byLabels) leave(byLabels, object.labels, object)
  }

  #tell(before: Resource | undefined, after: Resource | undefined): void {
    for (const listener of this.#listeners) listener(before, after)
  }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

function leave<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const set = map.get(key)
  set?.delete(value)
  if (set?.size === 0) map.delete(key)
}
