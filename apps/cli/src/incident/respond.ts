import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { printable } from '../terminal/text-width.ts'
import { actOnIncident, readIncident } from './act-on-incident.ts'
import type { Incident } from './incident.ts'
import { checklistLines } from './render-incident.ts'

/** Gives somebody a role in an incident; without a person, takes it away. */
export async function assignRole(
  session: Session,
  id: string,
  role: string,
  person: string | undefined,
): Promise<number> {
  const trying = `Assigning a role in ${id}`
  const before = await readIncident(session, id, trying)
  const body = { role, person: person ?? null }
  const incident = await actOnIncident(session, before, { path: '/roles', body, trying })
  const holders = incident.roles.map((one) => printable(`${one.role.replaceAll('_', ' ')}: ${one.person}`))
  session.terminal.print(holders.length === 0 ? 'Nobody has a role now.' : holders.join('\n'))
  return exitCodes.ok
}

interface TickOptions {
  readonly evidence?: string
  readonly undo?: true
}

/** Ticks an item of the checklist, and shows what is left. */
export async function tickItem(session: Session, id: string, item: string, options: TickOptions): Promise<number> {
  const trying = `Ticking ${item} of ${id}`
  const before = await readIncident(session, id, trying)
  const body = { isTicked: options.undo !== true, ...(options.evidence ? { evidence: options.evidence } : {}) }
  const path = `/checklist/${encodeURIComponent(item)}`
  const incident: Incident = await actOnIncident(session, before, { method: 'PATCH', path, body, trying })
  for (const line of checklistLines(incident, session.terminal, session.clock.now())) session.terminal.print(line)
  return exitCodes.ok
}
