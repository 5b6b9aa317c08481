import { ClusterError, type Reference } from '@akashic/kubernetes'
import { parseAllDocuments } from 'yaml'
import type { FieldChange } from '../change/change.ts'
import { driftOf, isFields, type Fields } from './drift.ts'
import { deadlineMs, type ReadCluster } from './read-cluster.ts'
import { reasonOf } from './read-releases.ts'

/** An object of a release, and whether it is what the release says. */
export interface ReleaseObject {
  readonly object: Reference
  readonly state: 'same' | 'drifted' | 'missing' | 'unknown'
  /** The manifest's before, the cluster's after. */
  readonly fields: readonly FieldChange[]
  /** For `unknown`: why; '' else. */
  readonly reason: string
}

const mostObjects = 300
/** What is beyond is not looked at: each document costs time and memory, however little is in it. */
const mostCharacters = 2_000_000
const mostDocuments = 1_000
const atOnce = 8

/** Reads every object that a manifest names, as it is now. What cannot be read is unknown, and costs the others nothing. */
export async function readDrift(
  cluster: ReadCluster,
  manifest: string,
  releaseNamespace: string,
): Promise<readonly ReleaseObject[]> {
  const reader = new ObjectReader(cluster, releaseNamespace)
  const wanted = objectsIn(manifest)
  const objects: ReleaseObject[] = []
  const waiting = [...wanted.slice(0, mostObjects).entries()]
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      objects[next[0]] = await reader.read(next[1])
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  const left = wanted.slice(mostObjects).map((object) => unknown(referenceOf(object, releaseNamespace), 'too many'))
  return [...objects, ...left]
}

/** The objects of a manifest; documents that are none, or no YAML, are left out. */
function objectsIn(manifest: string): readonly Fields[] {
  const texts = manifest.slice(0, mostCharacters).split(/^---/m).slice(0, mostDocuments)
  const documents = texts.flatMap((text) => [...parseAllDocuments(text, { logLevel: 'silent' })])
  return documents.flatMap((document) => {
    if (!('errors' in document) || document.errors.length > 0) return []
    const value = document.toJS({ maxAliasCount: 100 }) as unknown
    if (!isFields(value)) return []
    return value['kind'] === 'List' && Array.isArray(value['items']) ? value['items'].filter(isFields) : [value]
  })
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

function referenceOf({ kind, metadata }: Fields, namespace: string): Reference {
  const meta = isFields(metadata) ? metadata : {}
  return { kind: textOf(kind), namespace: textOf(meta['namespace']) || namespace, name: textOf(meta['name']) }
}

const unknown = (object: Reference, reason: string): ReleaseObject => ({ object, state: 'unknown', fields: [], reason })

interface ApiResource {
  readonly plural: string
  readonly isNamespaced: boolean
}

/** Finds objects of any kind, also of those that only this cluster has: each group's kinds are asked for once. */
class ObjectReader {
  readonly #cluster: ReadCluster
  readonly #namespace: string
  readonly #kinds = new Map<string, Promise<ReadonlyMap<string, ApiResource>>>()
  readonly #scaled = new Map<string, Promise<ReadonlySet<string>>>()

  constructor(cluster: ReadCluster, namespace: string) {
    this.#cluster = cluster
    this.#namespace = namespace
  }

  async read(manifest: Fields): Promise<ReleaseObject> {
    let object = referenceOf(manifest, this.#namespace)
    try {
      const apiVersion = textOf(manifest['apiVersion'])
      const resource = (await this.#kindsOf(apiVersion)).get(object.kind)
      if (resource === undefined) return unknown(object, `the cluster has no kind ${object.kind} in ${apiVersion}`)
      if (!resource.isNamespaced) object = { ...object, namespace: '' }
      const live = await this.#cluster.get(pathOf(apiVersion, resource, object), { deadlineMs })
      if (!isFields(live)) return unknown(object, 'the answer is no object')
      const fields = await this.#meant(object, driftOf(manifest, live))
      return { object, state: fields.length === 0 ? 'same' : 'drifted', fields, reason: '' }
    } catch (error) {
      if (error instanceof ClusterError && error.kind === 'not_found') {
        return { object, state: 'missing', fields: [], reason: '' }
      }
      return unknown(
        object,
        error instanceof ClusterError && object.kind !== 'Secret' ? whyNot(error) : reasonOf(error),
      )
    }
  }

  /** Replicas that an autoscaler sets are meant to differ. */
  async #meant({ kind, namespace, name }: Reference, fields: readonly FieldChange[]): Promise<readonly FieldChange[]> {
    if (!fields.some(({ path }) => path === 'spec.replicas')) return fields
    const scaled = this.#scaled.get(namespace) ?? this.#scaledIn(namespace)
    this.#scaled.set(namespace, scaled)
    return (await scaled).has(`${kind}/${name}`) ? fields.filter(({ path }) => path !== 'spec.replicas') : fields
  }

  async #scaledIn(namespace: string): Promise<ReadonlySet<string>> {
    const path = `/apis/autoscaling/v2/namespaces/${encodeURIComponent(namespace)}/horizontalpodautoscalers`
    const list = await this.#cluster.get(path, { deadlineMs }).catch(() => undefined)
    const targets = itemsOf(list, 'items').map(({ spec }) => (isFields(spec) ? spec['scaleTargetRef'] : undefined))
    return new Set(targets.filter(isFields).map(({ kind, name }) => `${textOf(kind)}/${textOf(name)}`))
  }

  #kindsOf(apiVersion: string): Promise<ReadonlyMap<string, ApiResource>> {
    const known = this.#kinds.get(apiVersion) ?? this.#discover(apiVersion)
    this.#kinds.set(apiVersion, known)
    return known
  }

  async #discover(apiVersion: string): Promise<ReadonlyMap<string, ApiResource>> {
    try {
      const resources = itemsOf(await this.#cluster.get(groupPath(apiVersion), { deadlineMs }), 'resources')
      return new Map(
        resources
          .filter(({ name }) => !textOf(name).includes('/'))
          .map(({ kind, name, namespaced }) => [
            textOf(kind),
            { plural: textOf(name), isNamespaced: namespaced === true },
          ]),
      )
    } catch (error) {
      if (error instanceof ClusterError && error.kind === 'not_found') return new Map()
      throw error
    }
  }
}

const whyNot = ({ missingPermission, message }: ClusterError): string =>
  missingPermission === null ? message : `not allowed: ${missingPermission}`

function itemsOf(list: unknown, field: string): readonly Fields[] {
  const items = isFields(list) ? list[field] : undefined
  return Array.isArray(items) ? items.filter(isFields) : []
}

/** Each part is encoded: a manifest may name anything. */
function groupPath(apiVersion: string): string {
  const [version = '', group] = apiVersion.split('/').map(encodeURIComponent).toReversed()
  return group === undefined ? `/api/${version}` : `/apis/${group}/${version}`
}

function pathOf(apiVersion: string, { plural, isNamespaced }: ApiResource, { namespace, name }: Reference): string {
  const within = isNamespaced ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${groupPath(apiVersion)}${within}/${plural}/${encodeURIComponent(name)}`
}
