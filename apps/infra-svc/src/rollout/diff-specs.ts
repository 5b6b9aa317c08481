import { quantity, type Container, type PodTemplate } from '@akashic/kubernetes'
import type { FieldChange } from '../change/change.ts'
import { hideInText } from '../redaction/hide-secrets.ts'

type Flat = ReadonlyMap<string, { readonly name: string; readonly value: string }>

/** What two templates ask differently, field by field and in a stable order. Containers, variables and volumes go by
 *  their names; quantities by what they are worth; values that look secret are hidden, and a change of them still shows. */
export function diffPodSpecs(before: PodTemplate, after: PodTemplate): readonly FieldChange[] {
  const [old, now] = [flatten(before), flatten(after)]
  const paths = [...new Set([...old.keys(), ...now.keys()])].toSorted()
  return paths.flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)]
    if (was?.value === is?.value || isSameQuantity(path, was?.value, is?.value)) return []
    const shown = (field: typeof was): string | null => (field ? hideInText(field.name, field.value) : null)
    return { path, before: shown(was), after: shown(is) }
  })
}

/** Set by controllers, or the same in every revision. */
const ignored = new Set(['pod-template-hash', 'controller-revision-hash'])

function flatten({ labels, annotations, spec }: PodTemplate): Flat {
  const fields = new Map<string, { name: string; value: string }>()
  const add = (path: string, name: string, value: unknown): void => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    if (text !== undefined && text !== '' && text !== '[]' && text !== '{}' && text !== 'null')
      fields.set(path, { name, value: text })
  }
  for (const [name, value] of Object.entries(labels)) if (!ignored.has(name)) add(`labels.${name}`, '', value)
  for (const [name, value] of Object.entries(annotations)) add(`annotations.${name}`, name, value)
  for (const container of spec.containers) flattenContainer(container, add)
  for (const { name, references, claim } of spec.volumes) add(`volumes[${name}]`, '', claim ?? references)
  const { containers: _containers, volumes: _volumes, ...rest } = spec
  for (const [name, value] of Object.entries(rest)) add(name, '', value)
  return fields
}

function flattenContainer(container: Container, add: (path: string, name: string, value: unknown) => void): void {
  const at = `containers[${container.name}]`
  const { name: _name, env, requests, limits, command, args, ...rest } = container
  for (const { name, value, from } of env)
    add(`${at}.env[${name}]`, from ? '' : name, from ? `${from.kind} ${from.name}.${from.key ?? ''}` : value)
  add(`${at}.command`, '', command.join(' '))
  add(`${at}.args`, '', args.join(' '))
  for (const [resource, value] of Object.entries(requests)) add(`${at}.requests.${resource}`, '', value)
  for (const [resource, value] of Object.entries(limits)) add(`${at}.limits.${resource}`, '', value)
  for (const [field, value] of Object.entries(rest)) add(`${at}.${field}`, '', value)
}

function isSameQuantity(path: string, before: string | undefined, after: string | undefined): boolean {
  if (!/\.(requests|limits)\.[^.]+$/.test(path)) return false
  const worth = quantity(before)
  return worth !== null && worth === quantity(after)
}
