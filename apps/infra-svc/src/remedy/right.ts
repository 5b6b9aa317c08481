import type { ClusterView, Pod, Reference } from '@akashic/kubernetes'
import { topOwner } from '../analyse/owner.ts'
import { absence, fieldQuote } from '../analyse/quote.ts'
import { lookAt } from '../analyse/remedies.ts'
import { templateQuote } from '../analyse/template-quote.ts'
import type { Blame, Remedy } from '../finding/finding.ts'

/** As the API server says it. Only names that can be no more than names are taken from a log. */
const refusal =
  /cannot (?<verb>[a-z]+) resource "(?<resource>[a-z0-9/-]+)" in API group "(?<group>[a-z0-9.-]*)" (?:in the namespace "(?<namespace>[a-z0-9-]+)"|at the cluster scope)/

/** A service account that lacks a right, and the least role that gives it.
 *  @param line in which the API server's refusal is told. */
export function ofMissingRight(
  view: ClusterView,
  pod: Pod,
  account: Reference,
  line: string,
): Pick<Blame, 'evidence' | 'remedies'> {
  const owner = topOwner(view, pod)
  const evidence = [
    view.find(account) ? fieldQuote(account, 'metadata.name', account.name) : absence(account, 'it does not exist'),
    ...templateQuote(view, owner, 'serviceAccountName', ({ serviceAccount }) => serviceAccount),
  ]
  const { verb, resource, group = '', namespace } = refusal.exec(line)?.groups ?? {}
  if (verb === undefined || resource === undefined) return { evidence, remedies: [] }
  const full = group === '' ? resource : resource.replace(/^[^/]+/, `$&.${group}`)
  const inNamespace = namespace === undefined ? '' : ` -n ${namespace}`
  const user = `system:serviceaccount:${account.namespace}:${account.name}`
  return {
    evidence,
    remedies: [
      lookAt('See whether it has the right now', `kubectl auth can-i ${verb} ${full}${inNamespace} --as=${user}`),
      grant(account, { verb, resource: full, namespace }),
    ],
  }
}

function grant(
  { namespace: of, name }: Reference,
  { verb, resource, namespace }: { verb: string; resource: string; namespace: string | undefined },
): Remedy {
  const [role, binding] = namespace === undefined ? ['clusterrole', 'clusterrolebinding'] : ['role', 'rolebinding']
  const inNamespace = namespace === undefined ? '' : ` -n ${namespace}`
  const called = `${name}-${verb}-${resource.replace(/[./]/g, '-')}`
  return {
    title: `Give it the right to ${verb} ${resource}, if it should have it`,
    command: `kubectl create ${role} ${called}${inNamespace} --verb=${verb} --resource=${resource} && kubectl create ${binding} ${called}${inNamespace} --${role}=${called} --serviceaccount=${of}:${name}`,
    changes: 'what every pod may do that runs as this account',
    undo: `kubectl delete${inNamespace} ${binding}/${called} ${role}/${called}`,
    isDestructive: false,
  }
}
