import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/text-width.ts'
import type { IssuedKey } from './key.ts'

/** Prints the key alone to stdout, so that a script can take it, and all about it to stderr. */
export function tellIssued(issued: IssuedKey, terminal: Terminal): void {
  const { id, principal, role, scope, expiresAt } = issued
  const limits = scope === null ? '' : `, for ${scope.join(', ')} only`
  const end = expiresAt === null ? 'without an end' : `until ${expiresAt}`
  terminal.complain(printable(`Key ${id} of ${principal.name}: ${role}${limits}, ${end}. It is shown this once:`))
  terminal.print(issued.key)
}
