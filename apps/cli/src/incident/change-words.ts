import { exitCodes } from '../exit-codes.ts'
import { readWords } from '../read-words.ts'
import type { Session } from '../session.ts'
import { actOnIncident, readIncident } from './act-on-incident.ts'
import { tellChange } from './tell-change.ts'

/** Changes the words of an update; what it said before stays in the timeline. */
export async function editUpdate(
  session: Session,
  id: string,
  update: string,
  options: { readonly say: string; readonly json?: true },
): Promise<number> {
  const trying = `Editing an update of ${id}`
  const body = { body: await readWords(options.say) }
  const before = await readIncident(session, id, trying)
  const path = `/updates/${encodeURIComponent(update)}`
  const incident = await actOnIncident(session, before, { method: 'PATCH', path, body, trying })
  tellChange(session, 'Edited; the original stays in the timeline.', before, incident, options)
  return exitCodes.ok
}

/** Takes a published update back, or drops a draft. */
export async function withdrawUpdate(
  session: Session,
  id: string,
  update: string,
  options: { readonly reason: string; readonly json?: true },
): Promise<number> {
  const trying = `Withdrawing an update of ${id}`
  const before = await readIncident(session, id, trying)
  const path = `/updates/${encodeURIComponent(update)}/withdraw`
  const incident = await actOnIncident(session, before, { path, body: { reason: options.reason }, trying })
  tellChange(session, 'Withdrawn; it stays in the timeline.', before, incident, options)
  return exitCodes.ok
}
