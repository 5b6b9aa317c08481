import { isSame, resourceTypes, type Kind, type Reference } from '@akashic/kubernetes'
import type { KubernetesCluster } from '@akashic/testbed'
import type { Cause } from '../cause/diagnosis.ts'
import type { Evidence } from '../finding/finding.ts'
import { fieldAt, isQuoteOf } from './field-path.ts'
import type { Tier } from './reader.ts'

/** Asserts that a cause is shown by what it blames: that one of its observations at least is of the blamed object itself,
 *  and that the control plane says the same. What is no object of the cluster, or may not be read, is shown by a field of
 *  another object that names it. */
export async function assertProven(cluster: KubernetesCluster, { object, evidence }: Cause, tier: Tier): Promise<void> {
  const isRead = object.kind in resourceTypes && (object.kind !== 'Secret' || tier === 'secrets')
  const own = evidence.filter((each) => isSame(each.object, object) && each.kind !== 'change')
  const named =
    isRead || own.length > 0 ? own : evidence.filter(({ quote, where, object: of }) => names(object, quote, where, of))
  const seen: string[] = []
  for (const each of named) {
    const problem = await problemWith(cluster, each)
    if (problem === null) return
    seen.push(problem)
  }
  const told = evidence.map(
    (each) => `${each.kind} ${each.object.kind} ${each.object.name} ${each.where}: ${each.quote}`,
  )
  throw new Error(
    `nothing shows ${object.kind} ${object.name} to be the cause: ${JSON.stringify({ evidence: told, problems: seen }, null, 1)}`,
  )
}

const names = ({ name }: Reference, ...texts: readonly (string | Reference)[]): boolean =>
  texts.some((text) => (typeof text === 'string' ? text : text.name).includes(name))

/** Null where the control plane says what is quoted. */
async function problemWith(
  cluster: KubernetesCluster,
  { kind, object, where, quote }: Evidence,
): Promise<string | null> {
  if (kind === 'event') return (await isToldOf(cluster, object, where)) ? null : `no event ${where}`
  if (kind !== 'field' && kind !== 'absence') return `a ${kind} is not of the control plane`
  const found = await read(cluster, object)
  if (kind === 'absence' && where === '') return found === undefined ? null : 'it exists'
  if (found === undefined) return 'it does not exist'
  const value = fieldAt(found, where)
  const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0)
  if (kind === 'absence') return isEmpty ? null : `${where} is there`
  // Of the values of a ConfigMap only the hosts in them are kept.
  const isHostIn = object.kind === 'ConfigMap' && typeof value === 'string' && value.includes(quote)
  return isHostIn || isQuoteOf(quote, value) ? null : `${where} is ${JSON.stringify(value)}, and not ${quote}`
}

async function read(cluster: KubernetesCluster, { kind, namespace, name }: Reference): Promise<unknown> {
  const { group, version, plural } = resourceTypes[kind as Kind]
  const api = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  const path = `${api}${namespace === '' ? '' : `/namespaces/${namespace}`}/${plural}/${name}`
  try {
    return await cluster.request('GET', path)
  } catch (error) {
    if ((error as { status?: number }).status === 404) return undefined
    throw error
  }
}

async function isToldOf(
  cluster: KubernetesCluster,
  { kind, namespace, name }: Reference,
  reason: string,
): Promise<boolean> {
  const wanted = `involvedObject.kind=${kind},involvedObject.name=${name},reason=${reason}`
  const path = `/api/v1/namespaces/${namespace || 'default'}/events?fieldSelector=${encodeURIComponent(wanted)}`
  const { items } = await cluster.request('GET', path)
  return items.length > 0
}
