/** A statement with its bound parameters. Built only by the `sql` tag, so that no value is ever spliced into text. */
export interface Sql {
  readonly text: string
  readonly values: readonly unknown[]
}

/** What a store needs: to run a statement, inside a transaction or on the pool. */
export interface Queryable {
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
  /** Calls `onPayload` for each NOTIFY on `channel`, reconnecting when the connection breaks; returns how to stop. */
  listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>>
  close(): Promise<void>
}
