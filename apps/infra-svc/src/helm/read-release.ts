import { ClusterError } from '@akashic/kubernetes'
import { decodeRelease, ReleaseError, type StoredRelease } from './decode-release.ts'
import { isFields } from './drift.ts'
import { hideInText, hideSecrets } from '../redaction/hide-secrets.ts'
import { deadlineMs, type ReadCluster } from './read-cluster.ts'
import { readDrift, type ReleaseObject } from './read-drift.ts'
import { pathOf, reasonOf, releasesAt, type Place } from './read-releases.ts'
import { storedName, type ReleaseState, type RevisionState } from './release-state.ts'

export interface ReleaseRevision extends RevisionState {
  /** Such as `web-1.2.0`; '' where the revision could not be read. */
  readonly chart: string
  readonly appVersion: string
  /** What Helm says of how it went; why it could not be read where it was not. */
  readonly description: string
}

export interface ReleaseHook {
  readonly name: string
  readonly kind: string
  readonly events: readonly string[]
  /** Of its last run: `Running`, `Succeeded`, `Failed`, `Unknown`; '' when it never ran. */
  readonly phase: string
  readonly startedAt: number | null
  readonly completedAt: number | null
}

/** All that is told of a release. It holds no secret. */
export interface ReleaseReport {
  readonly namespace: string
  readonly name: string
  readonly revision: number
  readonly status: string
  readonly chart: string
  readonly appVersion: string
  readonly description: string
  readonly firstDeployedAt: number | null
  readonly lastDeployedAt: number | null
  /** The newest first; at most the newest dozen with chart and description. */
  readonly history: readonly ReleaseRevision[]
  /** The values that were given, secrets hidden. */
  readonly values: unknown
  readonly hooks: readonly ReleaseHook[]
  readonly objects: readonly ReleaseObject[]
}

const mostRevisions = 12

/** Reads a release out of Helm's Secrets or ConfigMaps, and the objects of its manifest as they are now; null where there is none.
 *  @throws ClusterError, such as `forbidden` without the right to read Secrets; ReleaseError where its last revision
 *  cannot be decoded. */
export async function readRelease(
  cluster: ReadCluster,
  namespace: string,
  name: string,
  secretsMayBeRead = true,
): Promise<ReleaseReport | null> {
  const places: readonly Place[] = [
    ...(secretsMayBeRead ? [{ keptIn: 'Secret' as const, namespace }] : []),
    { keptIn: 'ConfigMap', namespace },
  ]
  let state: ReleaseState | undefined
  for (const place of places) state ??= (await releasesAt(cluster, place, name))[0]
  if (state === undefined) return null
  const last = await revisionOf(cluster, state, state.revision)
  const [history, objects] = await Promise.all([
    historyOf(cluster, state, last),
    readDrift(cluster, last.manifest, namespace),
  ])
  return {
    namespace,
    name,
    revision: state.revision,
    status: state.status,
    ...wordsOf(last),
    firstDeployedAt: last.info.first_deployed,
    lastDeployedAt: last.info.last_deployed,
    history,
    values: hideSecrets(last.config),
    hooks: last.hooks.map(({ name, kind, events, last_run }) => ({
      ...{ name, kind, events, phase: last_run.phase },
      ...{ startedAt: last_run.started_at, completedAt: last_run.completed_at },
    })),
    objects,
  }
}

async function revisionOf(
  cluster: ReadCluster,
  { namespace, name, keptIn }: ReleaseState,
  revision: number,
): Promise<StoredRelease> {
  const path = `${pathOf({ keptIn, namespace })}/${encodeURIComponent(storedName(name, revision))}`
  const read = await cluster.get(path, { deadlineMs })
  const data = isFields(read) && isFields(read['data']) ? read['data']['release'] : undefined
  if (typeof data !== 'string') throw new ReleaseError('not_a_release', 'it has no field data.release')
  // The API encodes what is in a Secret once more.
  return decodeRelease(keptIn === 'Secret' ? data : Buffer.from(data).toString('base64'))
}

/** One after the other, as each may be a megabyte. A revision that cannot be read is named all the same. */
async function historyOf(
  cluster: ReadCluster,
  state: ReleaseState,
  last: StoredRelease,
): Promise<readonly ReleaseRevision[]> {
  const history: ReleaseRevision[] = []
  for (const [index, each] of state.history.entries()) {
    const words =
      each.revision === state.revision
        ? wordsOf(last)
        : index < mostRevisions
          ? await wordsOfRevision(cluster, state, each.revision)
          : noWords('')
    history.push({ ...each, ...words })
  }
  return history
}

type Words = Pick<ReleaseRevision, 'chart' | 'appVersion' | 'description'>

const noWords = (description: string): Words => ({ chart: '', appVersion: '', description })

async function wordsOfRevision(cluster: ReadCluster, state: ReleaseState, revision: number): Promise<Words> {
  try {
    return wordsOf(await revisionOf(cluster, state, revision))
  } catch (error) {
    if (error instanceof ReleaseError) return noWords(`unknown: ${error.message}`)
    if (error instanceof ClusterError) return noWords(`unknown: ${reasonOf(error)}`)
    throw error
  }
}

/** What Helm says of a failure quotes the API server, which may quote values. */
function wordsOf({ chart: { metadata }, info }: StoredRelease): Words {
  return {
    chart: metadata.name === '' ? '' : `${metadata.name}-${metadata.version}`,
    appVersion: metadata.appVersion,
    description: hideInText('', info.description),
  }
}
