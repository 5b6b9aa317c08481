import { openApi } from '../api/api.ts'
import type { Page } from '../api/list-all.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { counted } from '../terminal/words.ts'
import { maintenancePath, type Maintenance } from './maintenance.ts'
import { blockLines, maintenanceLines } from './render-maintenance.ts'

interface ListOptions {
  readonly all?: true
  readonly limit: number
  readonly json?: true
}

/** Lists what is going on or to come, what begins first on top; with `all`, the past too, latest first. */
export async function listMaintenances(session: Session, { all, limit, json }: ListOptions): Promise<number> {
  const { terminal, env, dataDir, clock } = session
  const api = await openApi(env, dataDir)
  const page = await api.call<Page<Maintenance>>({
    path: '/api/v1/maintenances',
    query: { limit, status: all ? undefined : 'scheduled,in_progress,verifying' },
    trying: 'Reading the maintenances',
  })
  if (json) {
    terminal.print(JSON.stringify(page.items, null, 2))
    return exitCodes.ok
  }
  const shown = all ? page.items : page.items.toSorted((a, b) => (a.scheduledFor < b.scheduledFor ? -1 : 1))
  const when = all ? '' : ' in progress or to come'
  terminal.print(
    shown.length === 0 ? `There is no maintenance${when}.` : `${counted(shown.length, 'maintenance')}${when}`,
  )
  for (const line of shown.flatMap((one) => blockLines(one, terminal, clock.now()))) terminal.print(line)
  if (page.nextCursor !== null) terminal.print(`\nThere are more: --limit ${Math.min(200, limit * 2)} shows them.`)
  return exitCodes.ok
}

/** Tells all about a maintenance. */
export async function showMaintenance(session: Session, id: string, options: { json?: true }): Promise<number> {
  const { terminal, env, dataDir, clock } = session
  const api = await openApi(env, dataDir)
  const trying = `Reading the maintenance ${id}`
  const maintenance = await api.call<Maintenance>({ path: maintenancePath(id), trying })
  if (options.json) terminal.print(JSON.stringify(maintenance, null, 2))
  else for (const line of maintenanceLines(maintenance, terminal, clock.now())) terminal.print(line)
  return exitCodes.ok
}
