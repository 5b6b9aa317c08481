import type { Pod } from '@akashic/kubernetes'
import { logQuote } from '../../analyse/quote.ts'
import type { LogFact } from '../../log/log-facts.ts'
import type { Link, Suspect } from './link.ts'

type Told = Pick<Suspect, 'object' | 'because'> & Partial<Suspect>

/** An object that a line of a log speaks against.
 *  @param told what is blamed, with what it shows itself. */
export const blaming = (
  rule: string,
  pod: Pod,
  fact: LogFact,
  { evidence = [], remedies = [], corroboration = [], ...told }: Told,
): Link => ({
  rule,
  says: `its log says "${fact.line.slice(0, 160)}"`,
  to: {
    strength: 'direct',
    ...told,
    ...{ corroboration, remedies },
    evidence: [...evidence, logQuote(pod, fact.container, fact.line)],
  },
})
