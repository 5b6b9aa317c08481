import { createHmac, randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { ClusterClient } from '../access/cluster-client.ts'
import { kinds, resourceTypes } from '../resource/resources.ts'
import { followKind, type FollowDeps, type Followed } from './follow-kind.ts'

export interface FollowOptions extends Omit<FollowDeps, 'digest'> {
  /** Namespaces whose Secrets may be read; none unless given. */
  readonly secretNamespaces?: readonly string[]
}

export interface ClusterFollower {
  start(): void
  stop(): Promise<void>
}

const needsTier = 'needs tier secrets: no namespace is named whose Secrets may be read'
const digestLength = 16
const credentialsEveryMs = 5_000
/** A release of Helm is up to 1 MiB, and is read only when it is asked for. */
const withoutReleases = 'type!=helm.sh/release.v1'

/** Keeps a model as its cluster is, from `start` to `stop`. */
export function followCluster(options: FollowOptions): ClusterFollower {
  const { model, secretNamespaces = [] } = options
  const key = randomBytes(32)
  const digest = (value: string): string => createHmac('sha256', key).update(value).digest('hex').slice(0, digestLength)
  const ended = new AbortController()
  let loops: readonly Promise<void>[] = []
  return {
    start: () => {
      model.limitSecrets(secretNamespaces, needsTier)
      if (secretNamespaces.length === 0) {
        model.setFreshness('Secret', { state: 'unknown', reason: needsTier, missingPermission: null })
      }
      loops = [
        ...followedIn(secretNamespaces).map((followed) => followKind({ ...options, digest }, followed, ended.signal)),
        keepCredentials(options.client, ended.signal),
      ]
    },
    stop: async () => {
      ended.abort()
      await Promise.all(loops)
    },
  }
}

/** Tokens and certificates are turned, and servers move, while watches go on. */
async function keepCredentials(client: ClusterClient, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(credentialsEveryMs, undefined, { signal, ref: false }).catch(() => undefined)
    if (!signal.aborted) await client.readAgain()
  }
}

function followedIn(secretNamespaces: readonly string[]): readonly Followed[] {
  const everywhere = kinds
    .filter((kind) => kind !== 'Secret')
    .map((kind): Followed => ({ type: resourceTypes[kind], namespace: null }))
  const secrets = secretNamespaces.map((namespace): Followed => ({
    type: resourceTypes.Secret,
    namespace,
    fieldSelector: withoutReleases,
  }))
  return [...everywhere, ...secrets]
}
