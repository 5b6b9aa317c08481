import { OpsError } from '@akashic/shared/errors'

/** The domain of nearly every cluster; a kubelet may be told another one, which no object of the cluster shows. */
export const clusterDomain = 'cluster.local'

/** What a kubelet writes to `resolv.conf` of pods: names with fewer dots are tried in the search domains first. */
const ndots = 5
const longestName = 253
const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

/** A namespace by Kubernetes' rules (RFC 1123 label). @throws OpsError invalid_argument. */
export function assertNamespace(namespace: string): void {
  if (label.test(namespace)) return
  throw new OpsError(
    'invalid_argument',
    'namespace must be a lower-case DNS label: letters, digits and hyphens, at most 63.',
  )
}

/** A host name by the rules of DNS (RFC 1123), in lower case; a dot at its end makes it absolute.
 *  @throws OpsError invalid_argument. */
export function hostName(text: string): string {
  const name = text.toLowerCase()
  const bare = name.replace(/\.$/, '')
  if (bare.length <= longestName && bare.split('.').every((each) => label.test(each))) return name
  throw new OpsError(
    'invalid_argument',
    'name must be a host name: labels of letters, digits and hyphens, at most 63 each and 253 in all, joined by dots.',
  )
}

/** The absolute names that a pod of the namespace tries, in this order. Search domains that its node adds are not among
 *  them. Source: resolv.conf(5), and the DNS policy ClusterFirst. */
export function namesTried(name: string, namespace: string): readonly string[] {
  if (name.endsWith('.')) return [name]
  const domains = [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain]
  const searched = domains.map((domain) => `${name}.${domain}.`).filter((each) => each.length <= longestName + 1)
  const isSearchedFirst = name.split('.').length - 1 < ndots
  return isSearchedFirst ? [...searched, `${name}.`] : [`${name}.`, ...searched]
}
