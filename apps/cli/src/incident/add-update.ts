import { exitCodes } from '../exit-codes.ts'
import { parseWhen } from '../parse-when.ts'
import { readWords } from '../read-words.ts'
import type { Session } from '../session.ts'
import { actOnIncident, readIncident } from './act-on-incident.ts'
import { tellChange } from './tell-change.ts'

export interface UpdateOptions {
  readonly say: string
  readonly status?: string
  readonly publish?: true
  readonly nextUpdate?: string
  readonly json?: true
}

const tries = { updates: 'Updating', resolve: 'Resolving', reopen: 'Reopening' } as const

/** Says how things stand, that it is over, or that it is not over after all. */
export async function addUpdate(
  session: Session,
  verb: keyof typeof tries,
  id: string,
  options: UpdateOptions,
): Promise<number> {
  const { say, status, publish = false, nextUpdate } = options
  const trying = `${tries[verb]} the incident ${id}`
  const body = {
    ...{ body: await readWords(say), publish, status },
    ...(nextUpdate === undefined ? {} : { nextUpdateAt: parseWhen(nextUpdate, session.clock.now()) }),
  }
  const before = await readIncident(session, id, trying)
  const incident = await actOnIncident(session, before, { path: `/${verb}`, body, trying })
  const moved =
    before.status === incident.status ? `Still ${incident.status}` : `${before.status} -> ${incident.status}`
  tellChange(session, `${moved}.`, before, incident, options)
  return exitCodes.ok
}
