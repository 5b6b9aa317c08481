import { openApi } from '../api/api.ts'
import type { Page } from '../api/list-all.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import type { Paint } from '../terminal/paint.ts'
import { counted } from '../terminal/words.ts'
import { byUrgency, isUnanswered, type CallPage } from './page.ts'
import { pageLines } from './render-page.ts'

interface ListOptions {
  readonly all?: true
  readonly limit: number
  readonly json?: true
}

/** Lists the pages that are open, worst first; with `all`, those that are over too, newest first. */
export async function listPages(session: Session, { all, limit, json }: ListOptions): Promise<number> {
  const { terminal, env, dataDir, clock } = session
  const api = await openApi(env, dataDir)
  const page = await api.call<Page<CallPage>>({
    path: '/api/v1/oncall/pages',
    query: { limit, state: all ? 'all' : 'open' },
    trying: 'Reading the pages',
  })
  if (json) {
    terminal.print(JSON.stringify(page.items, null, 2))
    return exitCodes.ok
  }
  const shown = all ? page.items : page.items.toSorted(byUrgency)
  const blocks = shown.flatMap((one) => ['', ...pageLines(one, terminal, clock.now())])
  for (const line of [verdictText(shown, terminal.paint), ...blocks]) terminal.print(line)
  if (page.nextCursor !== null) terminal.print(`\nThere are more: --limit ${Math.min(200, limit * 2)} shows them.`)
  return exitCodes.ok
}

function verdictText(pages: readonly CallPage[], paint: Paint): string {
  const open = pages.filter(({ state }) => state !== 'resolved')
  if (open.length === 0) return paint.green('● No page is open.')
  const unanswered = open.filter(isUnanswered).length
  const found = paint.bold(`${counted(open.length, 'page')} open`)
  if (unanswered === 0) return `${found}, ${paint.green('none waits for an answer')}`
  return `${found}, ${paint.red(`${unanswered} ${unanswered === 1 ? 'waits' : 'wait'} for an answer`)}`
}
