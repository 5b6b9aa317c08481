import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { readIncident } from './act-on-incident.ts'
import { incidentLines } from './render-incident.ts'

/** Tells all about an incident. */
export async function showIncident(session: Session, id: string, options: { json?: true }): Promise<number> {
  const { terminal, clock } = session
  const incident = await readIncident(session, id, `Reading the incident ${id}`)
  if (options.json) terminal.print(JSON.stringify(incident, null, 2))
  else for (const line of incidentLines(incident, terminal, clock.now())) terminal.print(line)
  return exitCodes.ok
}
