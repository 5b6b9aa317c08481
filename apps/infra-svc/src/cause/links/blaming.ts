import type { Pod, Reference } from '@akashic/kubernetes'
import { logQuote } from '../../analyse/quote.ts'
import type { LogFact } from '../../log/log-facts.ts'
import type { Link } from './link.ts'

/** An object that a line of a log speaks against.
 *  @param corroboration what more than the line itself speaks for it. */
export const blaming = (
  rule: string,
  pod: Pod,
  fact: LogFact,
  object: Reference,
  because: string,
  ...corroboration: readonly string[]
): Link => ({
  rule,
  says: `its log says "${fact.line.slice(0, 160)}"`,
  to: { object, because, strength: 'direct', corroboration, evidence: [logQuote(pod, fact.container, fact.line)] },
})
