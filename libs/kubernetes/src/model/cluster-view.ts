import type { KubeEvent } from '../resource/event.ts'
import type { Pod } from '../resource/pod.ts'
import type { Kind, Reference, Resource, Resources } from '../resource/resources.ts'
import type { LabelSelector } from '../selector/selector.ts'

/** How far what is known of a kind can be trusted. */
export type Freshness =
  | { readonly state: 'fresh'; readonly at: number }
  /** Was read, and its changes are not being followed now. */
  | { readonly state: 'stale'; readonly at: number; readonly reason: string }
  | { readonly state: 'unknown'; readonly reason: string; readonly missingPermission: string | null }

/** What is known of one cluster. Everything that judges reads through this. */
export interface ClusterView {
  readonly cluster: string
  /** @param namespace where the object is; Secrets are read in some namespaces only. */
  freshness(kind: Kind, namespace?: string): Freshness
  all<K extends Kind>(kind: K): Iterable<Resources[K]>
  count(kind: Kind): number
  get<K extends Kind>(kind: K, namespace: string, name: string): Resources[K] | undefined
  /** Any object, by a reference whose kind may be unknown here. */
  find(reference: Reference): Resource | undefined
  inNamespace<K extends Kind>(kind: K, namespace: string): Iterable<Resources[K]>
  /** Objects whose owner reference names this uid. */
  ownedBy(uid: string): readonly Resource[]
  podsOn(nodeName: string): readonly Pod[]
  podsSelectedBy(namespace: string, selector: LabelSelector): readonly Pod[]
  /** Events about an object by its uid, or by its name where an event tells no uid; the latest first. */
  eventsOf(object: Reference & { readonly uid: string }): readonly KubeEvent[]
}
