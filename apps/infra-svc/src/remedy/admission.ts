import { quantity, type ClusterView, type Container, type Reference, type Texts } from '@akashic/kubernetes'
import { fieldQuote } from '../analyse/quote.ts'
import { describe, lookAt } from '../analyse/remedies.ts'
import { containerQuote, podSpecOf } from '../analyse/template-quote.ts'
import type { Blame, Evidence, Remedy } from '../finding/finding.ts'
import { patch } from './command.ts'
import { changeByHand, patchTemplate, setResources } from './template.ts'

type Own = Pick<Blame, 'evidence' | 'remedies'>

/** What is left of a quota, and how to allow one pod more.
 *  @param said what a pod asks for and what is used, as the refusal tells: `pods=1,requests.cpu=2`. */
export function ofQuota(view: ClusterView, quota: Reference, said: { requested: string; used: string }): Own {
  const found = view.find(quota)
  if (found?.kind !== 'ResourceQuota') return { remedies: [describe(quota)] }
  const [requested, used] = [amountsIn(said.requested), amountsIn(said.used)]
  const resources = Object.keys(requested).filter((resource) => found.hard[resource] !== undefined)
  const more = resources.flatMap((resource) => {
    const wanted = sumText(resource, requested[resource], used[resource])
    return wanted === null ? [] : [[resource, wanted] as const]
  })
  const before = Object.fromEntries(more.map(([resource]) => [resource, found.hard[resource]]))
  return {
    evidence: resources.flatMap((resource) => [
      fieldQuote(quota, `status.hard[${resource}]`, found.hard[resource] ?? ''),
      fieldQuote(quota, `status.used[${resource}]`, found.used[resource] ?? ''),
    ]),
    remedies: [
      describe(quota),
      ...(more.length === 0
        ? []
        : [
            patch(quota, {
              title: `Allow one pod more: ${more.map(([resource, amount]) => `${resource}=${amount}`).join(', ')}`,
              changes: 'how much the whole namespace may use',
              to: { spec: { hard: Object.fromEntries(more) } },
              back: { spec: { hard: before } },
            }),
          ]),
    ],
  }
}

const amountsIn = (text: string): Texts =>
  Object.fromEntries(
    [...text.matchAll(/([^=,\s]+)=([^,\s]+)/g)].map(([, resource, amount]) => [resource!, amount!] as const),
  )

function sumText(resource: string, ...texts: readonly (string | undefined)[]): string | null {
  const amounts = texts.map((text) => quantity(text))
  if (amounts.some((amount) => amount === null)) return null
  const sum = amounts.reduce<number>((all, amount) => all + (amount ?? 0), 0)
  return /cpu$/.test(resource) ? `${Math.ceil(sum * 1_000)}m` : String(Math.ceil(sum))
}

/** What stands for a resource that nobody has said. */
const modest: Readonly<Record<string, string>> = { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '1Gi' }

/** A container does not say what a quota wants to be said, such as `limits.cpu for: app; requests.cpu for: app`. */
export function ofUnsaidResources(view: ClusterView, owner: Reference, missing: string): Own {
  const unsaid = appsOf(view, owner).flatMap(({ name, requests, limits }) =>
    [...missing.matchAll(/\b(requests|limits)\.([a-z-]+)/g)].flatMap(([, field = '', resource = '']) =>
      (field === 'limits' ? limits : requests)[resource] === undefined ? [{ name, field, resource }] : [],
    ),
  )
  return {
    evidence: unsaid.flatMap(({ name, field, resource }) =>
      containerQuote(view, owner, name, `resources.${field}[${resource}]`, () => null),
    ),
    remedies: unsaid.flatMap(({ name, field, resource }) =>
      modest[resource] === undefined
        ? []
        : setResources(
            view,
            owner,
            name,
            [`--${field}=${resource}=${modest[resource]}`],
            `Say the ${field} of container ${name} for ${resource}, here ${modest[resource]}`,
          ),
    ),
  }
}

const appsOf = (view: ClusterView, owner: Reference): readonly Container[] =>
  podSpecOf(view, owner)?.containers.filter(({ role }) => role === 'app' || role === 'sidecar') ?? []

/** What a container asks for that a LimitRange forbids, such as `maximum cpu usage per Container is 500m, but limit is 1`.
 *  Anybody who may write events can write such a rule: no more than a resource and an amount are taken from it. */
export function ofRange(view: ClusterView, owner: Reference, rule: string): Own {
  const [, bound, resource = '', per, edge = ''] =
    /(minimum|maximum) ([a-z0-9./-]+) usage per (Container|Pod) is ([\w.]+)/.exec(rule) ?? []
  const outside = appsOf(view, owner).filter(({ requests, limits }) => {
    const [asked, most] = [quantity(requests[resource]), quantity(limits[resource])]
    const allowed = quantity(edge)
    if (allowed === null) return false
    return bound === 'minimum' ? (asked ?? most ?? 0) < allowed : (most ?? asked ?? Infinity) > allowed
  })
  const evidence = outside.flatMap(({ name, limits, requests }) =>
    limits[resource] === undefined
      ? containerQuote(view, owner, name, `resources.requests[${resource}]`, () => requests[resource])
      : containerQuote(view, owner, name, `resources.limits[${resource}]`, () => limits[resource]),
  )
  if (per !== 'Container' || evidence.length === 0) {
    return { ...ofRefusedTemplate(view, owner), ...(evidence.length > 0 && { evidence }) }
  }
  const flags = [`--requests=${resource}=${edge}`, `--limits=${resource}=${edge}`]
  return {
    evidence,
    remedies: outside.flatMap(({ name }) =>
      setResources(
        view,
        owner,
        name,
        flags,
        `Let container ${name} ask for ${edge} of ${resource}, which the LimitRange allows`,
      ),
    ),
  }
}

/** A template that the security standard of its namespace refuses, and the settings that `restricted` asks for.
 *  @param how the violations, in the words of the admission plugin. Source: Kubernetes' Pod Security Standards. */
export function ofSecurityStandard(view: ClusterView, owner: Reference, how: string): Own {
  const { evidence } = ofRefusedTemplate(view, owner)
  const containers = podSpecOf(view, owner)?.containers ?? []
  const usual = /allowPrivilegeEscalation|unrestricted capabilities|runAsNonRoot|seccompProfile/
  if (!usual.test(how)) {
    return {
      ...(evidence && { evidence }),
      remedies: changeByHand(view, owner, 'Take out of its template what the standard forbids', 'what its pods may do'),
    }
  }
  const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
  const lists = Map.groupBy(containers, ({ role }) => (role === 'app' ? 'containers' : 'initContainers'))
  return {
    ...(evidence && { evidence }),
    remedies: patchTemplate(
      view,
      owner,
      {
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        ...Object.fromEntries(
          [...lists].map(([list, all]) => [list, all.map(({ name }) => ({ name, securityContext }))]),
        ),
      },
      {
        title: 'Give it the security context that the standard asks for',
        changes: 'what its processes may do; an image that needs to run as root no longer starts',
      },
    ),
  }
}

/** A template that is refused for a reason which only the refuser knows. */
export function ofRefusedTemplate(view: ClusterView, owner: Reference): Own {
  const evidence: readonly Evidence[] = appsOf(view, owner).flatMap(({ name, image }) =>
    containerQuote(view, owner, name, 'image', () => image),
  )
  return {
    evidence: evidence.slice(0, 2),
    remedies: changeByHand(view, owner, 'Change in its template what is refused', 'what its pods are made of'),
  }
}

/** Run the pods of a workload as most are run. */
export const withoutRuntime = (view: ClusterView, owner: Reference): readonly Remedy[] => [
  lookAt('See which runtime classes there are', 'kubectl get runtimeclasses'),
  ...patchTemplate(
    view,
    owner,
    { runtimeClassName: null },
    { title: 'Ask for no runtime class, if the usual one will do', changes: 'by which runtime its containers are run' },
  ),
]
