import {
  referenceTo,
  type ContainerState,
  type ContainerStatus,
  type KubeEvent,
  type Reference,
} from '@akashic/kubernetes'
import type { Evidence } from '../finding/finding.ts'
import { hideCredentials } from '../redaction/hide-credentials.ts'

/** Longest quote of anything that was read. */
const longest = 400

/** As it may be shown: messages of the control plane carry credentials, such as those of a registry in
 *  its address. */
function cut(text: string): string {
  const shown = hideCredentials(text)
  return shown.length > longest ? `${shown.slice(0, longest - 1)}…` : shown
}

const statusFields = {
  init: 'initContainerStatuses',
  app: 'containerStatuses',
  ephemeral: 'ephemeralContainerStatuses',
} as const

/** Where the kubelet tells of a container. */
export const statusPath = ({ name, role }: Pick<ContainerStatus, 'name' | 'role'>): string =>
  `status.${statusFields[role]}[${name}]`

/** Where it tells of a run: the present one, or the one before. */
export const runPath = (status: ContainerStatus, run: ContainerState): string =>
  `${statusPath(status)}.${run === status.now ? 'state' : 'lastState'}.${run.state}`

/** A field as it was read; what is more than a text or a number as JSON. */
export const fieldQuote = (
  object: Reference,
  where: string,
  quote: string | number | object,
  at: number | null = null,
): Evidence => {
  const text = typeof quote === 'object' ? JSON.stringify(quote) : String(quote)
  return { kind: 'field', object: referenceTo(object), where, quote: cut(text), at }
}

/** A field that was looked for in an object that does not have it. */
export const fieldAbsence = (object: Reference, where: string, quote = 'it is not set'): Evidence => ({
  ...absence(object, quote),
  where,
})

/** An event, with how often it was seen. */
export const eventQuote = ({ about, reason, message, count, lastAt }: KubeEvent): Evidence => ({
  kind: 'event',
  object: { kind: about.kind, namespace: about.namespace, name: about.name },
  where: reason,
  quote: cut(count > 1 ? `${message} (${count} times)` : message),
  at: lastAt,
})

/** Something that was looked for and is not there. */
export const absence = (object: Reference, quote: string): Evidence => ({
  kind: 'absence',
  object: referenceTo(object),
  where: '',
  quote: cut(quote),
  at: null,
})

export const logQuote = (pod: Reference, container: string, line: string): Evidence => ({
  kind: 'log',
  object: referenceTo(pod),
  where: container,
  quote: cut(line),
  at: null,
})
