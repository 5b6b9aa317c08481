import type { Sql } from './sql.ts'

/** What a store needs: to run a statement, inside a transaction or on the pool. */
export interface Queryable {
  /** Runs one statement. int8 comes as number, timestamptz as Date, date as text, numeric as text.
   *  @throws OpsError unavailable when the connection is lost, deadline_exceeded past 30 s; other errors are pg's own. */
  query<Row>(statement: Sql): Promise<Row[]>
}

export interface Transaction extends Queryable {
  /** Runs after commit; dropped on rollback. */
  afterCommit(action: () => void): void
}

export interface Database extends Queryable {
  /** Runs `work` in one READ COMMITTED transaction. Serialization failures and deadlocks are retried up to 3 times with jitter.
   *  @throws OpsError unavailable when no connection can be had. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Calls `onPayload` for each NOTIFY on `channel`, reconnecting when the connection breaks; returns how to stop.
   *  Notices sent while it was broken are lost: `onReconnected` is called after each reconnect, to read what was missed.
   *  @throws OpsError unavailable when the first LISTEN does not succeed within 5 s. */
  listen(
    channel: string,
    onPayload: (payload: string) => void,
    onReconnected?: () => void,
  ): Promise<() => Promise<void>>
  close(): Promise<void>
}
