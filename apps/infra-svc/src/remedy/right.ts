import type { ClusterView, Pod, Reference } from '@akashic/kubernetes'
import { topOwner } from '../analyse/owner.ts'
import { absence, fieldQuote } from '../analyse/quote.ts'
import { lookAt } from '../analyse/remedies.ts'
import { templateQuote } from '../analyse/template-quote.ts'
import type { Blame, Remedy } from '../finding/finding.ts'

/** As the API server says it. Only names that can be no more than names are taken from a log. */
const refusal =
  /cannot (?<verb>[a-z]+) resource "(?<resource>[a-z0-9/-]+)" in API group "(?<group>[a-z0-9.-]*)" (?:in the namespace "(?<namespace>[a-z0-9-]+)"|at the cluster scope)/

/** Rights by which a process gets the rights of others. Source: Kubernetes' RBAC good practices. */
const mightyVerbs = new Set(['escalate', 'bind', 'impersonate'])
const mightyResources = new Set([
  ...['secrets', 'serviceaccounts/token'],
  ...['pods/exec', 'pods/attach', 'pods/portforward', 'pods/proxy', 'pods/ephemeralcontainers'],
])
const rbac = 'rbac.authorization.k8s.io'

/** A service account that lacks a right, and the least role that gives it. A mighty right, and one outside of the account's
 *  namespace, is told without a command: what asks for it is a line that a process wrote.
 *  @param line in which the API server's refusal is quoted. */
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
      namespace !== account.namespace || mightyVerbs.has(verb) || mightyResources.has(resource) || group === rbac
        ? consider(verb, full, namespace)
        : grant(account, verb, full),
    ],
  }
}

const consider = (verb: string, resource: string, namespace: string | undefined): Remedy => ({
  title: `Find out why it asks to ${verb} ${resource} ${namespace === undefined ? 'in the whole cluster' : `in namespace ${namespace}`}, and give it no more than it must have`,
  command: null,
  changes: 'what every pod may do that runs as this account',
  undo: 'take the role and its binding away again',
  isDestructive: false,
})

function grant({ namespace, name }: Reference, verb: string, resource: string): Remedy {
  const called = `${name}-${verb}-${resource.replace(/[./]/g, '-')}`
  return {
    title: `Give it the right to ${verb} ${resource}, if it should have it`,
    command: `kubectl create role ${called} -n ${namespace} --verb=${verb} --resource=${resource} && kubectl create rolebinding ${called} -n ${namespace} --role=${called} --serviceaccount=${namespace}:${name}`,
    changes: 'what every pod may do that runs as this account',
    undo: `kubectl delete -n ${namespace} rolebinding/${called} role/${called}`,
    isDestructive: false,
  }
}
