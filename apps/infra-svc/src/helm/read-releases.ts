import { ClusterError } from '@akashic/kubernetes'
import { z } from 'zod'
import { deadlineMs, type ReadCluster } from './read-cluster.ts'
import { isReleaseName, type ReleaseState, type RevisionState } from './release-state.ts'

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

/** The releases of some namespaces, read from the labels of Helm's Secrets. A namespace that cannot be read costs the
 *  others nothing. */
export async function readReleases(cluster: ReadCluster, namespaces: readonly string[]): Promise<Releases> {
  const read = await Promise.all(
    [...new Set(namespaces)].map(async (namespace): Promise<Releases> => {
      try {
        return { releases: await releasesIn(cluster, namespace), unread: [] }
      } catch (error) {
        return { releases: [], unread: [{ namespace, reason: reasonOf(error) }] }
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

/** The releases of one namespace, or one of them by its name. @throws ClusterError */
export async function releasesIn(
  cluster: ReadCluster,
  namespace: string,
  name?: string,
): Promise<readonly ReleaseState[]> {
  if (name !== undefined && !isReleaseName(name)) return []
  const labelSelector = `owner=helm${name === undefined ? '' : `,name=${name}`}`
  const items: Item[] = []
  let next: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const query = new URLSearchParams({ labelSelector, limit: String(pageSize), ...(next && { continue: next }) })
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets?${query.toString()}`
    const list = listSchema.safeParse(await cluster.get(path, { accept: metadataOnly, deadlineMs }))
    if (!list.success) throw new ClusterError('not_kubernetes', `GET ${path} was answered with no list of metadata`)
    items.push(...(list.data.items ?? []))
    next = list.data.metadata.continue || undefined
    if (next === undefined) break
  }
  const byName = Map.groupBy(items.flatMap(stateOf), ({ name }) => name)
  return [...byName].map(([name, states]) => {
    const history = states.map(({ state }) => state).toSorted((a, b) => b.revision - a.revision)
    return { namespace, name, ...history[0]!, history }
  })
}

function stateOf({ metadata }: Item): readonly { readonly name: string; readonly state: RevisionState }[] {
  const { name, version, status = 'unknown', modifiedAt, createdAt } = metadata.labels ?? {}
  const revision = Number(version)
  if (!name || !isReleaseName(name) || !Number.isInteger(revision) || revision < 1) return []
  const seconds = Number(modifiedAt ?? createdAt)
  const created = Date.parse(metadata.creationTimestamp ?? '')
  const at = seconds > 0 ? seconds * 1_000 : Number.isNaN(created) ? null : created
  return [{ name, state: { revision, status, modifiedAt: at, uid: metadata.uid } }]
}

/** Why something is unknown. Rights that are missing are those of the optional role. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof ClusterError)) return 'its answer cannot be read'
  return error.missingPermission === null ? error.message : `needs tier secrets: ${error.missingPermission}`
}
