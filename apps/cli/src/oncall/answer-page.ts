import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import type { CallPage } from './page.ts'
import { pageLines } from './render-page.ts'

const tries = { acknowledge: 'Acknowledging', snooze: 'Snoozing', escalate: 'Escalating' } as const

/** Answers a page, and shows it as it is then. */
export async function answerPage(
  { terminal, env, dataDir, clock }: Session,
  answer: keyof typeof tries,
  id: string,
  options: { readonly for?: string; readonly json?: true },
): Promise<number> {
  const api = await openApi(env, dataDir)
  const page = await api.call<CallPage>({
    method: 'POST',
    path: `/api/v1/oncall/pages/${encodeURIComponent(id)}/${answer}`,
    trying: `${tries[answer]} the page ${id}`,
    ...(options.for === undefined ? {} : { body: { for: options.for } }),
  })
  if (options.json) terminal.print(JSON.stringify(page, null, 2))
  else for (const line of pageLines(page, terminal, clock.now())) terminal.print(line)
  return exitCodes.ok
}
