import { openApi } from '../api/api.ts'
import type { Page } from '../api/list-all.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { componentPath, type StateInterval } from './component.ts'
import { intervalLines } from './render-ledger.ts'

/** Tells the states that a component was in. */
export async function showHistory(
  session: Session,
  id: string,
  options: { limit: number; json?: true },
): Promise<number> {
  const { terminal, env, dataDir, clock } = session
  const api = await openApi(env, dataDir)
  const { limit, json } = options
  const path = `${componentPath(id)}/history`
  const page = await api.call<Page<StateInterval>>({ path, query: { limit }, trying: `Reading the history of ${id}` })
  if (json) terminal.print(JSON.stringify(page, null, 2))
  else for (const line of intervalLines(page.items, terminal, clock.now())) terminal.print(line)
  return exitCodes.ok
}
