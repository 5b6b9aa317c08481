import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import { parseSince } from '../parse-when.ts'
import type { Session } from '../session.ts'
import { eventLine } from './event-line.ts'
import { printable } from '../terminal/text-width.ts'
import { readEventStream } from './read-event-stream.ts'

export interface TailOptions {
  readonly topic?: string
  readonly type?: string
  readonly since?: string
  readonly json?: true
}

/** Follows what happens until Ctrl-C, a line for each event. */
export async function tailEvents(session: Session, { topic, type, since, json }: TailOptions): Promise<number> {
  const { terminal, env, dataDir, clock } = session
  const api = await openApi(env, dataDir)
  const query = { topics: topic, types: type, since: since && parseSince(since, clock.now()) }
  for await (const heard of readEventStream(api, query, session)) {
    if ('lost' in heard) terminal.complain(printable(heard.lost))
    else if (json) terminal.print(JSON.stringify(heard.event))
    else terminal.print(eventLine(heard.event, terminal))
  }
  return exitCodes.ok
}
