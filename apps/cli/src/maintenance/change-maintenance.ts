import { openApi } from '../api/api.ts'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { parseWhen } from '../parse-when.ts'
import { readWords } from '../read-words.ts'
import type { Session } from '../session.ts'
import { maintenancePath, type Maintenance } from './maintenance.ts'
import { maintenanceLines } from './render-maintenance.ts'

export interface ScheduleOptions {
  readonly component: readonly string[]
  readonly from: string
  readonly until?: string
  readonly for?: string
  readonly say?: string
  readonly visibility: string
  readonly pauseChecks?: true
  readonly byHand?: true
  readonly json?: true
}

/** Schedules a maintenance. */
export async function scheduleMaintenance(session: Session, title: string, options: ScheduleOptions): Promise<number> {
  const { env, dataDir, clock } = session
  const { component, from, say, visibility, pauseChecks, byHand, json } = options
  const trying = 'Scheduling the maintenance'
  const scheduledFor = parseWhen(from, clock.now())
  const end = options.until ?? options.for
  if (end === undefined || (options.until !== undefined && options.for !== undefined)) {
    throw new CliError(trying, 'say when it ends: either --until or --for', {
      next: ['akashic maintenance schedule --help'],
      exitCode: exitCodes.usage,
    })
  }
  const scheduledUntil = parseWhen(end, options.for === undefined ? clock.now() : Date.parse(scheduledFor))
  const words = say === undefined ? {} : { body: await readWords(say) }
  const body = {
    ...{ title, components: component, scheduledFor, scheduledUntil, visibility, ...words },
    ...{ pausesChecks: pauseChecks === true, isAutomatic: byHand !== true },
  }
  const api = await openApi(env, dataDir)
  const scheduled = await api.call<Maintenance>({ method: 'POST', path: '/api/v1/maintenances', body, trying })
  return tell(session, scheduled, json)
}

export interface ChangeOptions {
  readonly title?: string
  readonly from?: string
  readonly until?: string
  readonly say?: string
  readonly json?: true
}

/** Changes the words or the time of a maintenance. */
export async function changeMaintenance(session: Session, id: string, options: ChangeOptions): Promise<number> {
  const { title, from, until, say, json } = options
  const nowMs = session.clock.now()
  const body = {
    ...(title === undefined ? {} : { title }),
    ...(say === undefined ? {} : { body: await readWords(say) }),
    ...(from === undefined ? {} : { scheduledFor: parseWhen(from, nowMs) }),
    ...(until === undefined ? {} : { scheduledUntil: parseWhen(until, nowMs) }),
  }
  if (Object.keys(body).length === 0) {
    throw new CliError(`Changing the maintenance ${id}`, 'nothing is named that should change', {
      next: ['akashic maintenance change --help'],
      exitCode: exitCodes.usage,
    })
  }
  const change = { method: 'PATCH', path: '', body, trying: `Changing the maintenance ${id}` } as const
  return tell(session, await actAtVersion(session, id, change), json)
}

const tries = { start: 'Starting', verify: 'Moving on', complete: 'Completing', cancel: 'Cancelling' } as const

/** Says that a maintenance has begun, is being looked over, is over, or will not happen. */
export async function moveMaintenance(
  session: Session,
  verb: keyof typeof tries,
  id: string,
  options: { readonly say?: string; readonly json?: true },
): Promise<number> {
  const body = options.say === undefined ? {} : { body: await readWords(options.say) }
  const change = { method: 'POST', path: `/${verb}`, body, trying: `${tries[verb]} the maintenance ${id}` } as const
  return tell(session, await actAtVersion(session, id, change), options.json)
}

interface Act {
  readonly method: 'POST' | 'PATCH'
  readonly path: string
  readonly body: unknown
  readonly trying: string
}

/** Does something to a maintenance at the version that was read. */
async function actAtVersion({ env, dataDir }: Session, id: string, act: Act): Promise<Maintenance> {
  const api = await openApi(env, dataDir)
  const path = maintenancePath(id)
  const { version } = await api.call<Maintenance>({ path, trying: act.trying })
  const headers = { 'if-match': `"${version}"` }
  return api.call<Maintenance>({ ...act, path: `${path}${act.path}`, headers })
}

function tell({ terminal, clock }: Session, maintenance: Maintenance, json: true | undefined): number {
  if (json) terminal.print(JSON.stringify(maintenance, null, 2))
  else for (const line of maintenanceLines(maintenance, terminal, clock.now())) terminal.print(line)
  return exitCodes.ok
}
