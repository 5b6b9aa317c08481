import type { KubeEvent } from '../resource/event.ts'
import type { Reference } from '../resource/resources.ts'

const mostInAll = 20_000
const mostAboutOne = 25

/** The newest events of a cluster, bounded in all and by object, so that a storm of them costs neither memory nor the
 *  events of others. */
export class EventLog {
  readonly #byUid = new Map<string, KubeEvent>()
  readonly #bySubject = new Map<string, KubeEvent[]>()
  #dropped = 0

  /** How many were let go of for want of room. */
  get dropped(): number {
    return this.#dropped
  }

  get size(): number {
    return this.#byUid.size
  }

  all(): Iterable<KubeEvent> {
    return this.#byUid.values()
  }

  put(event: KubeEvent): void {
    this.remove(event)
    this.#byUid.set(event.uid, event)
    const key = subjectKey(event.about)
    const list = this.#bySubject.get(key) ?? []
    list.push(event)
    this.#bySubject.set(key, list)
    if (list.length > mostAboutOne) this.#drop(oldestOf(list))
    if (this.#byUid.size > mostInAll) this.#drop(this.#byUid.values().next().value!)
  }

  remove({ uid }: { readonly uid: string }): void {
    const event = this.#byUid.get(uid)
    if (event === undefined) return
    this.#byUid.delete(uid)
    const key = subjectKey(event.about)
    const left = this.#bySubject.get(key)?.filter((other) => other.uid !== uid) ?? []
    if (left.length === 0) this.#bySubject.delete(key)
    else this.#bySubject.set(key, left)
  }

  clear(): void {
    this.#byUid.clear()
    this.#bySubject.clear()
  }

  /** Events about one object, the latest first. Those that name another uid are of a namesake that is gone. */
  about(object: Reference & { readonly uid: string }): readonly KubeEvent[] {
    const events = this.#bySubject.get(subjectKey(object)) ?? []
    return events
      .filter(({ about }) => about.uid === '' || about.uid === object.uid || isNamedForUid(about, object))
      .toSorted((a, b) => (b.lastAt ?? 0) - (a.lastAt ?? 0))
  }

  #drop(event: KubeEvent): void {
    this.remove(event)
    this.#dropped++
  }
}

const subjectKey = ({ kind, namespace, name }: Reference): string => `${kind}/${namespace}/${name}`

const oldestOf = (events: readonly KubeEvent[]): KubeEvent =>
  events.reduce((oldest, event) => ((event.lastAt ?? 0) < (oldest.lastAt ?? 0) ? event : oldest))

/** Kubelets put a node's name where its uid belongs. */
const isNamedForUid = (about: KubeEvent['about'], { kind, name }: Reference): boolean =>
  kind === 'Node' && about.uid === name
