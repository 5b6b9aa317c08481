import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/text-width.ts'
import { counted, inWords } from '../terminal/words.ts'
import type { Items, Policy } from './on-call.ts'

/** Tells who is called for what, and what follows when nobody answers. */
export async function showPolicies(
  { terminal, env, dataDir }: Session,
  { json }: { readonly json?: true },
): Promise<number> {
  const api = await openApi(env, dataDir)
  const { items } = await api.call<Items<Policy>>({
    path: '/api/v1/oncall/policies',
    trying: 'Reading the escalation policies',
  })
  if (json) {
    terminal.print(JSON.stringify(items, null, 2))
    return exitCodes.ok
  }
  const { paint } = terminal
  const verdict =
    items.length === 0
      ? paint.orange('▲ No escalation policy is configured: nobody is called.')
      : paint.bold(items.length === 1 ? '1 policy' : `${items.length} policies, of which the first that fits counts`)
  for (const line of [verdict, ...items.flatMap((policy) => blockLines(policy, terminal))]) terminal.print(line)
  return exitCodes.ok
}

function blockLines({ name, severities, steps, repeat }: Policy, { paint, columns }: Terminal): string[] {
  const last = repeat === 0 ? 'then nobody is called any more' : `all of it again, ${counted(repeat, 'time')}`
  return [
    '',
    `${paint.bold(printable(name))}${severities.length === 0 ? '' : printable(`: ${severities.join(', ')}`)}`,
    ...steps.flatMap(({ notify, escalateAfterMs }, index) =>
      paragraphLines(`${index + 1}. ${notify.join(', ')}; waits ${inWords(escalateAfterMs)}`, columns, '  '),
    ),
    paint.dim(`  ${last}`),
  ]
}
