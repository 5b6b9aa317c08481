import type { ClusterView } from '@akashic/kubernetes'
import type { Scope, Unseen } from '../cause/diagnosis.ts'
import type { Releases } from '../helm/read-releases.ts'

const reason = 'needs tier secrets: name the namespace under `secretNamespaces` of the cluster'
const what = 'Helm releases, and what Secrets hold,'

/** What a diagnosis does without where Secrets may not be read.
 *  @param readable namespaces whose Secrets may be read. */
export function withheldSecrets(view: ClusterView, scope: Scope, readable: readonly string[]): readonly Unseen[] {
  const missing = [...namespacesOf(view, scope)].filter((namespace) => !readable.includes(namespace))
  const [only] = missing
  if (only === undefined) return []
  return [{ what: `${what} in ${missing.length === 1 ? only : `${missing.length} namespaces`}`, reason }]
}

/** Helm releases of a scope that may be read, and could not be. Those in ConfigMaps are read of all namespaces at once. */
export function unreadReleases(
  view: ClusterView,
  scope: Scope,
  { unread }: Pick<Releases, 'unread'>,
): readonly Unseen[] {
  const asked = namespacesOf(view, scope)
  return unread
    .filter(({ namespace }) => namespace === '' || asked.has(namespace))
    .map(({ namespace, reason: why }) => ({
      what: `Helm releases in ${namespace === '' ? 'ConfigMaps' : namespace}`,
      reason: why,
    }))
}

function namespacesOf(view: ClusterView, scope: Scope): ReadonlySet<string> {
  switch (scope.kind) {
    case 'cluster':
      return new Set([...view.all('Namespace')].map(({ name }) => name))
    case 'namespace':
      return new Set([scope.namespace])
    case 'workload':
      return new Set([scope.workload.namespace])
    case 'component':
      return new Set(scope.workloads.map(({ namespace }) => namespace))
  }
}
