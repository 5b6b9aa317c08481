import { ClusterError } from '@akashic/kubernetes'
import { z } from 'zod'
import { deadlineMs, type ReadCluster } from './read-cluster.ts'
import { isReleaseName, type ReleaseState, type ReleaseStore, type RevisionState } from './release-state.ts'

/** A namespace whose releases are unknown. */
export interface UnreadNamespace {
  readonly namespace: string
  /** Such as `needs tier secrets: list secrets in namespace shop`. */
  readonly reason: string
}

export interface Releases {
  /** By namespace and name. */
  readonly releases: readonly ReleaseState[]
  readonly unread: readonly UnreadNamespace[]
}

/** Names and labels alone: the releases themselves do not leave the API server. */
const metadataOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'
const pageSize = 500
const mostPages = 20

const itemSchema = z.object({
  metadata: z.object({
    uid: z.string(),
    namespace: z.string(),
    creationTimestamp: z.string().nullish(),
    labels: z.record(z.string(), z.string()).optional(),
  }),
})

const listSchema = z.object({
  kind: z.literal('PartialObjectMetadataList'),
  metadata: z.object({ continue: z.string().optional() }),
  // The API server writes an empty list as null.
  items: z.array(itemSchema).nullable(),
})

type Item = z.infer<typeof itemSchema>

/** The releases that Helm keeps in the Secrets of some namespaces, and in ConfigMaps. What cannot be read costs the others
 *  nothing.
 *  @param secretsOf namespaces whose Secrets may be read. @param within only this namespace; all unless given. */
export async function readReleases(
  cluster: ReadCluster,
  secretsOf: readonly string[],
  within?: string,
): Promise<Releases> {
  const places: readonly Place[] = [
    ...[...new Set(secretsOf)].map((namespace): Place => ({ keptIn: 'Secret', namespace })),
    { keptIn: 'ConfigMap', namespace: within ?? '' },
  ]
  const read = await Promise.all(
    places.map(async (place): Promise<Releases> => {
      try {
        return { releases: await releasesAt(cluster, place), unread: [] }
      } catch (error) {
        return { releases: [], unread: [{ namespace: place.namespace, reason: reasonOf(error, place.keptIn) }] }
      }
    }),
  )
  return {
    releases: read
      .flatMap(({ releases }) => releases)
      .toSorted((a, b) => a.namespace.localeCompare(b.namespace) || a.name.localeCompare(b.name)),
    unread: read.flatMap(({ unread }) => unread),
  }
}

/** Where releases are looked for; in all namespaces where that is empty. */
export interface Place {
  readonly keptIn: ReleaseStore
  readonly namespace: string
}

/** The path below which the objects that keep releases are. */
export const pathOf = ({ keptIn, namespace }: Place): string => {
  const plural = keptIn === 'Secret' ? 'secrets' : 'configmaps'
  return namespace === '' ? `/api/v1/${plural}` : `/api/v1/namespaces/${encodeURIComponent(namespace)}/${plural}`
}

/** The releases in one place, or one of them by its name. @throws ClusterError */
export async function releasesAt(cluster: ReadCluster, place: Place, name?: string): Promise<readonly ReleaseState[]> {
  if (name !== undefined && !isReleaseName(name)) return []
  const labelSelector = `owner=helm${name === undefined ? '' : `,name=${name}`}`
  const items: Item[] = []
  let next: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const query = new URLSearchParams({ labelSelector, limit: String(pageSize), ...(next && { continue: next }) })
    const path = `${pathOf(place)}?${query.toString()}`
    const list = listSchema.safeParse(await cluster.get(path, { accept: metadataOnly, deadlineMs }))
    if (!list.success) throw new ClusterError('not_kubernetes', `GET ${path} was answered with no list of metadata`)
    items.push(...(list.data.items ?? []))
    next = list.data.metadata.continue || undefined
    if (next === undefined) break
  }
  const byName = Map.groupBy(items.flatMap(stateOf), ({ namespace, name }) => `${namespace}/${name}`)
  return [...byName.values()].map((states) => {
    const history = states.map(({ state }) => state).toSorted((a, b) => b.revision - a.revision)
    const { namespace, name } = states[0]!
    return { namespace, name, keptIn: place.keptIn, ...history[0]!, history }
  })
}

interface NamedState {
  readonly namespace: string
  readonly name: string
  readonly state: RevisionState
}

function stateOf({ metadata }: Item): readonly NamedState[] {
  const { name, version, status = 'unknown', modifiedAt, createdAt } = metadata.labels ?? {}
  const revision = Number(version)
  if (!name || !isReleaseName(name) || !Number.isInteger(revision) || revision < 1) return []
  const seconds = Number(modifiedAt ?? createdAt)
  const created = Date.parse(metadata.creationTimestamp ?? '')
  const at = seconds > 0 ? seconds * 1_000 : Number.isNaN(created) ? null : created
  return [{ namespace: metadata.namespace, name, state: { revision, status, modifiedAt: at, uid: metadata.uid } }]
}

/** Why something is unknown. Rights that are missing are those of the optional role. */
export function reasonOf(error: unknown, keptIn: ReleaseStore = 'Secret'): string {
  if (!(error instanceof ClusterError)) return 'its answer cannot be read'
  if (error.missingPermission === null) return error.message
  return `${keptIn === 'Secret' ? 'needs tier secrets' : 'the role lacks'}: ${error.missingPermission}`
}
