import type { Principal } from '@akashic/shared/identity'

/** Who acts, as events write it, which leave the house: `person:<id>` or `service:<name>`. */
export function actorLabel({ kind, id, name }: Principal): string {
  return kind === 'person' ? `person:${id}` : `service:${name}`
}

/** Who acts, as those who run an incident read it: `person:<name>` or `service:<name>`. */
export function namedActor({ kind, name }: Principal): string {
  return `${kind}:${name}`
}
