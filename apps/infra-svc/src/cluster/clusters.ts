import type { ClusterSpec } from '@akashic/config'
import { ClusterClient, ClusterModel, followCluster, kinds, type Freshness } from '@akashic/kubernetes'
import { OpsError } from '@akashic/shared/errors'
import type { Clock } from '@akashic/shared/clock'
import type { Logger } from 'pino'
import type { Change } from '../change/change.ts'
import { watchChanges } from '../change/watch-changes.ts'
import { watchReleases, type ReleaseWatch } from '../helm/watch-releases.ts'
import { watchVolumeUse, type VolumeWatch } from '../storage/watch-volume-use.ts'

/** A cluster that is followed. */
export interface FollowedCluster {
  readonly name: string
  readonly model: ClusterModel
  readonly client: ClusterClient
  readonly releases: ReleaseWatch
  readonly volumes: VolumeWatch
  /** Namespaces whose Secrets may be read. */
  readonly secretNamespaces: readonly string[]
  /** Whether anything of it was written since the last call. */
  takeChanged(): boolean
  /** Whether all that may be read was read once. */
  readonly isRead: () => boolean
}

export interface Clusters {
  all(): readonly FollowedCluster[]
  /** @param name empty for the only one there is. @throws OpsError not_found, or failed_precondition without any. */
  named(name: string): FollowedCluster
  /** Follows what is configured now, and lets go of what is not. */
  apply(specs: readonly ClusterSpec[]): Promise<void>
  stop(): Promise<void>
}

export interface ClustersDeps {
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
  readonly onChange: (change: Change) => void
}

interface Running extends FollowedCluster {
  readonly spec: string
  stop(): Promise<void>
}

export function createClusters(deps: ClustersDeps): Clusters {
  const running = new Map<string, Running>()
  return {
    all: () => [...running.values()],
    named: (name) => {
      const found = name === '' && running.size === 1 ? [...running.values()][0] : running.get(name)
      if (found) return found
      const names = [...running.keys()].join(', ')
      if (running.size === 0)
        throw new OpsError('failed_precondition', 'No cluster is configured: set `clusters:` or KUBECONFIG.')
      if (name === '') throw new OpsError('invalid_argument', `Say which cluster is meant: ${names}.`)
      throw new OpsError('not_found', `There is no cluster ${name}; there are ${names}.`)
    },
    apply: async (specs) => {
      const wanted = new Map(specs.map((spec) => [spec.name, spec]))
      for (const [name, cluster] of running) {
        if (JSON.stringify(wanted.get(name)) === cluster.spec) continue
        running.delete(name)
        await cluster.stop()
      }
      for (const spec of specs) {
        if (running.has(spec.name)) continue
        running.set(spec.name, begin(deps, spec))
      }
    },
    stop: async () => {
      await Promise.all([...running.values()].map((cluster) => cluster.stop()))
      running.clear()
    },
  }
}

function begin({ clock, random, log, onChange }: ClustersDeps, spec: ClusterSpec): Running {
  const model = new ClusterModel(spec.name)
  const { name, kubeconfig = null, context = null, inCluster } = spec
  const client = new ClusterClient({ name, kubeconfig, context, inCluster })
  const isRead = (): boolean => kinds.every((kind) => isSettled(model.freshness(kind)))
  let hasChanged = true
  let eventsSeen = 0
  const forget = model.onChange(() => void (hasChanged = true))
  const now = () => clock.now()
  const stopWatching = watchChanges(model, { now, isReady: isRead, onChange })
  const warn = (about: object, message: string) => log.warn({ ...about, cluster: spec.name }, message)
  const follower = followCluster({ client, model, now, random, warn, secretNamespaces: spec.secretNamespaces })
  follower.start()
  log.info({ cluster: spec.name }, 'a cluster is being followed')
  return {
    ...{ name: spec.name, spec: JSON.stringify(spec), model, client, isRead },
    releases: watchReleases(client, model, spec.secretNamespaces, random),
    volumes: watchVolumeUse(client, model, random),
    secretNamespaces: spec.secretNamespaces,
    takeChanged: () => {
      const changed = hasChanged || model.eventsSeen !== eventsSeen
      hasChanged = false
      eventsSeen = model.eventsSeen
      return changed
    },
    stop: async () => {
      forget()
      stopWatching()
      await follower.stop()
      await client.close()
    },
  }
}

/** Read once, or known not to be readable. */
const isSettled = (freshness: Freshness): boolean =>
  freshness.state !== 'unknown' || freshness.reason !== 'it was not read yet'
