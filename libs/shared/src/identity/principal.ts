/** Roles, each including those before it. */
export const roles = ['viewer', 'operator', 'responder', 'approver', 'admin'] as const
export type Role = (typeof roles)[number]

/** Who acts: a person or a service, with a role and, where the key is limited, a scope (component ids). */
export interface Principal {
  readonly id: string
  readonly name: string
  readonly kind: 'person' | 'service'
  readonly role: Role
  readonly scope?: readonly string[]
}

/** True when `role` includes `needed`. */
export function roleIncludes(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed)
}
