import type { ClusterClient } from '@akashic/kubernetes'
import { OpsError } from '@akashic/shared/errors'
import { readRelease } from './read-release.ts'
import { readReleases, reasonOf } from './read-releases.ts'

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())
const needsTier = 'needs tier secrets: name the namespace under `secretNamespaces` of the cluster'

/** The releases of the namespaces whose Secrets may be read, and those that Helm keeps in ConfigMaps.
 *  @param readable those that the configuration names. @param namespace only this one; empty for all of them. */
export async function showReleases(client: ClusterClient, readable: readonly string[], namespace: string) {
  const secretsOf = readable.filter((each) => namespace === '' || each === namespace)
  const { releases, unread } = await readReleases(client, secretsOf, namespace)
  const shown = releases.map(({ namespace, name, keptIn, revision, status, modifiedAt, history }) => ({
    ...{ namespace, name, keptIn, revision, status, updatedAt: instant(modifiedAt), revisions: history.length },
  }))
  const unseen = secretsOf.length === 0 ? [{ namespace, reason: needsTier }] : []
  return { releases: shown, unread: [...unseen, ...unread] }
}

/** One release. @throws OpsError not_found, or failed_precondition where it may not or cannot be read. */
export async function showRelease(client: ClusterClient, readable: readonly string[], namespace: string, name: string) {
  const mayReadSecrets = readable.includes(namespace)
  const release = await readRelease(client, namespace, name, mayReadSecrets).catch((error: unknown) => {
    throw new OpsError('failed_precondition', `The release ${name} cannot be read: ${reasonOf(error)}.`, {
      cause: error,
    })
  })
  if (!release && !mayReadSecrets)
    throw new OpsError('failed_precondition', `The releases of namespace ${namespace} are unknown: ${needsTier}.`)
  if (!release) throw new OpsError('not_found', `There is no release ${name} in namespace ${namespace}.`)
  const { history, hooks, firstDeployedAt, lastDeployedAt, ...rest } = release
  return {
    ...rest,
    firstDeployedAt: instant(firstDeployedAt),
    lastDeployedAt: instant(lastDeployedAt),
    history: history.map(({ revision, status, modifiedAt, chart, appVersion, description }) => ({
      ...{ revision, status, updatedAt: instant(modifiedAt), chart, appVersion, description },
    })),
    hooks: hooks.map(({ startedAt, completedAt, ...hook }) => ({
      ...hook,
      startedAt: instant(startedAt),
      completedAt: instant(completedAt),
    })),
  }
}
