import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { componentPath, type Uptime } from './component.ts'
import { uptimeText } from './render-ledger.ts'

/** Tells the share of time that a component was up. */
export async function showUptime(
  session: Session,
  id: string,
  options: { window: string; json?: true },
): Promise<number> {
  const { terminal, env, dataDir } = session
  const api = await openApi(env, dataDir)
  const { window, json } = options
  const uptime = await api.call<Uptime>({
    path: `${componentPath(id)}/uptime`,
    query: { window },
    trying: `Reading the uptime of ${id}`,
  })
  terminal.print(json ? JSON.stringify(uptime, null, 2) : `${id}, last ${window}: ${uptimeText(uptime)}`)
  return exitCodes.ok
}
