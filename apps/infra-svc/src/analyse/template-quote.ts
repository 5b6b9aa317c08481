import type { ClusterView, Container, PodSpec, Reference } from '@akashic/kubernetes'
import type { Evidence } from '../finding/finding.ts'
import { hideInText } from '../redaction/hide-secrets.ts'
import { fieldAbsence, fieldQuote } from './quote.ts'

/** Where the spec of a pod lies in what pods are made of. */
export const podSpecPath = ({ kind }: Reference): string =>
  kind === 'Pod' ? 'spec' : kind === 'CronJob' ? 'spec.jobTemplate.spec.template.spec' : 'spec.template.spec'

const lists: Readonly<Record<Container['role'], string>> = {
  init: 'initContainers',
  sidecar: 'initContainers',
  app: 'containers',
  ephemeral: 'ephemeralContainers',
}

/** What a workload, or a pod of nobody, makes its containers of; undefined for owners of kinds that are not read. */
export function podSpecOf(view: ClusterView, owner: Reference): PodSpec | undefined {
  const found = view.find(owner)
  if (found?.kind === 'Pod') return found.spec
  return found && 'template' in found ? found.template.spec : undefined
}

export const containerIn = (view: ClusterView, owner: Reference, name: string): Container | undefined =>
  podSpecOf(view, owner)?.containers.find((each) => each.name === name)

type Value = string | number | object | null | undefined

/** A field of a workload's template, as the workload itself has it.
 *  @param path within the spec of its pods. */
export function templateQuote(
  view: ClusterView,
  owner: Reference,
  path: string,
  valueOf: (spec: PodSpec) => Value,
): readonly Evidence[] {
  const spec = podSpecOf(view, owner)
  return spec ? [quoteOrAbsence(owner, `${podSpecPath(owner)}.${path}`, valueOf(spec))] : []
}

/** A field of a container in a workload's template. */
export function containerQuote(
  view: ClusterView,
  owner: Reference,
  name: string,
  path: string,
  valueOf: (container: Container) => Value,
): readonly Evidence[] {
  const container = containerIn(view, owner, name)
  if (!container) return []
  return [quoteOrAbsence(owner, `${containerPath(owner, container)}.${path}`, valueOf(container))]
}

const containerPath = (owner: Reference, { name, role }: Container): string =>
  `${podSpecPath(owner)}.${lists[role]}[${name}]`

function quoteOrAbsence(owner: Reference, where: string, value: Value): Evidence {
  const isAbsent = value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  return isAbsent ? fieldAbsence(owner, where) : fieldQuote(owner, where, value)
}

/** A variable of a container, as the template sets it or takes it from elsewhere; values that look secret are hidden. */
export function variableQuote(
  view: ClusterView,
  owner: Reference,
  name: string,
  variable: string,
): readonly Evidence[] {
  const found = containerIn(view, owner, name)?.env.find((each) => each.name === variable)
  if (found?.from) {
    const { kind, key } = found.from
    const source = kind === 'Secret' ? 'secretKeyRef' : 'configMapKeyRef'
    return containerQuote(view, owner, name, `env[${variable}].valueFrom.${source}.key`, () => key)
  }
  if (!found) return containerQuote(view, owner, name, `env[${variable}]`, () => null)
  return containerQuote(view, owner, name, `env[${variable}].value`, () => hideInText(variable, found.value ?? ''))
}

/** A key of a ConfigMap or Secret. Its value is not kept: where the quote is of one, it is of the host that it names.
 *  Nothing where the object could not be read. */
export function keyQuote(view: ClusterView, object: Reference, key: string): readonly Evidence[] {
  const found = view.find(object)
  if (found?.kind !== 'ConfigMap' && found?.kind !== 'Secret') return []
  const where = `data[${key}]`
  if (!Object.hasOwn(found.keys, key)) return [fieldAbsence(object, where, 'it has no such key')]
  const [named] = found.kind === 'ConfigMap' ? (found.hosts[key] ?? []) : []
  if (!named) return [fieldQuote(object, where, '(value not shown)')]
  return [fieldQuote(object, where, named.port === null ? named.host : `${named.host}:${named.port}`)]
}
