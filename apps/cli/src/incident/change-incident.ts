import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { actOnIncident, readIncident } from './act-on-incident.ts'
import { tellChange } from './tell-change.ts'

export interface ChangeOptions {
  readonly title?: string
  readonly severity?: string
  readonly visibility?: string
  readonly ticket?: string
  readonly addComponent?: readonly string[]
  readonly removeComponent?: readonly string[]
  readonly json?: true
}

/** Changes what is not a transition of an incident. */
export async function changeIncident(session: Session, id: string, options: ChangeOptions): Promise<number> {
  const { json: _, ticket, addComponent, removeComponent, ...rest } = options
  const trying = `Changing the incident ${id}`
  const body = {
    ...rest,
    ...(ticket === undefined ? {} : { ticketUrl: ticket === 'none' ? null : ticket }),
    ...(addComponent ? { addComponents: addComponent } : {}),
    ...(removeComponent ? { removeComponents: removeComponent } : {}),
  }
  if (Object.keys(body).length === 0) {
    throw new CliError(trying, 'nothing is named that should change', {
      next: ['akashic incident change --help'],
      exitCode: exitCodes.usage,
    })
  }
  const before = await readIncident(session, id, trying)
  const incident = await actOnIncident(session, before, { method: 'PATCH', path: '', body, trying })
  tellChange(session, `Changed: ${Object.keys(body).join(', ')}.`, before, incident, options)
  return exitCodes.ok
}
