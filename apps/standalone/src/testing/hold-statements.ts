import { openDatabase, sql, type Database, type Sql } from '@akashic/shared/postgres'
import { eventually } from '@akashic/testbed'
import { pino } from 'pino'

/** Where a transaction is held: after the statement that changes a table, or at its commit. */
export interface HoldPoint {
  readonly table: readonly [schema: string, name: string]
  readonly on: 'INSERT' | 'UPDATE' | 'DELETE'
  readonly when: 'statement' | 'commit'
}

export interface Hold {
  /** Process id of the Postgres backend that is held there. */
  untilHeld(): Promise<number>
  /** Lets every transaction go on, and holds none any more. */
  letGo(): Promise<void>
}

const lock = 471_147

/** Holds transactions at a point, as a disk does that takes long, so that a process can be killed right there. */
export async function holdAt(databaseUrl: string, point: HoldPoint): Promise<Hold> {
  const db = openDatabase({ url: databaseUrl, applicationName: 'hold', log: pino({ level: 'silent' }) })
  await db.transaction(async (tx) => {
    await tx.query(sql`SELECT pg_advisory_xact_lock(${lock})`)
    await tx.query(sql`CREATE SCHEMA IF NOT EXISTS hold`)
    await tx.query(sql`
      CREATE OR REPLACE FUNCTION hold.wait() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock_shared(471147);
        RETURN NULL;
      END
      $$`)
  })
  const holding = Promise.withResolvers<void>()
  const released = holdLock(db, holding.promise)
  await eventually(async () => expect(await locksOf(db, true)).toHaveLength(1))
  await db.query(triggerOf(point))
  return {
    untilHeld: () =>
      eventually(async () => {
        const [pid] = await locksOf(db, false)
        if (pid === undefined) throw new Error(`nothing is held at the ${point.when} of ${point.table.join('.')}`)
        return pid
      }, 15_000),
    letGo: async () => {
      holding.resolve()
      await released
      await eventually(() => db.query(sql`DROP TRIGGER IF EXISTS hold ON ${sql.identifier(...point.table)}`), 15_000)
      await db.close()
    },
  }
}

/** A server that dies lets go of the lock too. */
async function holdLock(db: Database, until: Promise<void>): Promise<void> {
  await db
    .transaction(async (tx) => {
      await tx.query(sql`SELECT pg_advisory_xact_lock(${lock})`)
      await until
    })
    .catch(() => undefined)
}

async function locksOf(db: Database, granted: boolean): Promise<number[]> {
  const rows = await db.query<{ pid: number }>(sql`
    SELECT pid
      FROM pg_locks
     WHERE locktype = 'advisory' AND objid = ${lock} AND granted = ${granted}`)
  return rows.map(({ pid }) => pid)
}

const verbs: Readonly<Record<HoldPoint['on'], Sql>> = {
  INSERT: sql`INSERT`,
  UPDATE: sql`UPDATE`,
  DELETE: sql`DELETE`,
}

function triggerOf({ table, on, when }: HoldPoint): Sql {
  const name = sql.identifier(...table)
  return when === 'statement'
    ? sql`CREATE TRIGGER hold AFTER ${verbs[on]} ON ${name} EXECUTE FUNCTION hold.wait()`
    : sql`
      CREATE CONSTRAINT TRIGGER hold AFTER ${verbs[on]} ON ${name} DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION hold.wait()`
}
