import type { Remedy } from '../finding/finding.ts'
import { lookAt } from '../analyse/remedies.ts'
import type { Place } from './reachability.ts'

const quoted = (text: string): string =>
  /["$`\\!]/.test(text) ? `'${text.replaceAll("'", String.raw`'\''`)}'` : `"${text}"`

/** A command that runs a statement. */
export const psql = ({ host, port, database }: Place, statement: string): string =>
  `psql -h ${host} -p ${port} -d ${/^\w[\w.-]*$/.test(database) ? database : quoted(database)} -c ${quoted(statement)}`

export const lookInto = (place: Place, title: string, statement: string): Remedy =>
  lookAt(title, psql(place, statement))

/** Something to do by hand, or in the code of whoever uses the database. */
export const advise = (title: string, changes: string, undo: string | null = null): Remedy => ({
  ...{ title, command: null, changes, undo, isDestructive: false },
})

/** A statement that changes the database and can be taken back. */
export const alter = (
  place: Place,
  title: string,
  statement: string,
  changes: string,
  undo: string | null,
): Remedy => ({
  ...{ title, command: psql(place, statement), changes, undo, isDestructive: false },
})

/** For a table that autovacuum is off for. @param table as SQL names it. */
export const letAutovacuum = (place: Place, table: string): Remedy =>
  alter(
    place,
    'Let autovacuum clean it',
    `ALTER TABLE ${table} RESET (autovacuum_enabled)`,
    'when it is vacuumed',
    `ALTER TABLE ${table} SET (autovacuum_enabled = false)`,
  )

/** A statement that cannot be taken back. */
export const destroy = (place: Place, title: string, statement: string, changes: string): Remedy => ({
  ...{ title, command: psql(place, statement), changes, undo: null, isDestructive: true },
})

/** What tells a session from a later one with the same process id. Instants in the server's own precision. */
export interface SessionKey {
  readonly pid: number
  readonly backendStart: string
  readonly xactStart: string | null
  readonly queryId: string | null
}

/** Ends one session: that one alone, and only while it is in the transaction that was seen. */
export function endSession(place: Place, session: SessionKey, frees: string): Remedy {
  const { pid, backendStart, xactStart, queryId } = session
  const same = [
    `pid = ${pid}`,
    `backend_start = '${backendStart}'`,
    ...(xactStart === null ? [] : [`xact_start = '${xactStart}'`]),
    ...(queryId === null ? [] : [`query_id = ${queryId}`]),
  ]
  return destroy(
    place,
    `End session ${pid}, if its owner agrees that its work is lost`,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${same.join(' AND ')}`,
    `${frees}; what the session did since its transaction began is rolled back and cannot be had again`,
  )
}
