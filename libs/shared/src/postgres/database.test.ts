import { randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { eventually, testDatabase, type TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { assertDatabaseReachable, openDatabase, sql } from './index.ts'

const log = pino({ level: 'silent' })
let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase()
  await database.db.query(sql`CREATE TABLE account (id text PRIMARY KEY, balance int NOT NULL)`)
})
afterAll(() => database.close())

const anAccount = async (balance: number) => {
  const id = randomUUID()
  await database.db.query(sql`INSERT INTO account (id, balance) VALUES (${id}, ${balance})`)
  return id
}
const balanceOf = async (id: string) => {
  const rows = await database.db.query<{ balance: number }>(sql`SELECT balance FROM account WHERE id = ${id}`)
  return rows[0]?.balance
}

describe('a transaction', () => {
  test('keeps nothing when its work throws, and drops what was to run after commit', async () => {
    const id = await anAccount(1)
    const after: string[] = []
    const failed = database.db.transaction(async (tx) => {
      tx.afterCommit(() => after.push('ran'))
      await tx.query(sql`UPDATE account SET balance = 2 WHERE id = ${id}`)
      throw new Error('changed my mind')
    })
    await expect(failed).rejects.toThrow('changed my mind')
    expect(await balanceOf(id)).toBe(1)
    expect(after).toEqual([])
  })

  test('runs its actions after the commit, when others can see what it did', async () => {
    const id = await anAccount(1)
    let seen: Promise<number | undefined> | undefined
    await database.db.transaction(async (tx) => {
      tx.afterCommit(() => {
        throw new Error('an action that fails does not undo the commit')
      })
      tx.afterCommit(() => (seen = balanceOf(id)))
      await tx.query(sql`UPDATE account SET balance = 2 WHERE id = ${id}`)
    })
    expect(await seen).toBe(2)
  })

  test('does not pass for committed when one of its statements failed unnoticed', async () => {
    const id = await anAccount(1)
    const deceived = database.db.transaction(async (tx) => {
      await tx.query(sql`UPDATE account SET balance = 2 WHERE id = ${id}`)
      await tx.query(sql`SELECT 1 / 0`).catch(() => undefined)
    })
    await expect(deceived).rejects.toThrow('rolled back')
    expect(await balanceOf(id)).toBe(1)
  })

  test('is run again when it was the victim of a deadlock', async () => {
    const [a, b] = [await anAccount(0), await anAccount(0)]
    let met = 0
    let open: () => void = () => undefined
    const bothHoldOne = new Promise<void>((resolve) => (open = resolve))
    const add = (first: string, second: string) =>
      database.db.transaction(async (tx) => {
        await tx.query(sql`UPDATE account SET balance = balance + 1 WHERE id = ${first}`)
        if (++met === 2) open()
        await bothHoldOne
        await tx.query(sql`UPDATE account SET balance = balance + 1 WHERE id = ${second}`)
      })
    await Promise.all([add(a, b), add(b, a)])
    expect([await balanceOf(a), await balanceOf(b)]).toEqual([2, 2])
    expect(met).toBeGreaterThan(2)
  })
})

describe('a lost connection', () => {
  test('is told as unavailable, without the address or the password', async () => {
    const db = openDatabase({ url: 'postgres://who:secret@127.0.0.1:1/none', applicationName: 'test', log })
    const failure = await db.query(sql`SELECT 1`).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'unavailable' })
    expect((failure as Error).message).not.toMatch(/secret|127\.0\.0\.1/)
    await expect(db.transaction(async () => undefined)).rejects.toMatchObject({ code: 'unavailable' })
    await db.close()
  })

  test('breaks only the transaction that used it: the next one works', async () => {
    const killed = database.db.transaction(async (tx) => {
      const [row] = await tx.query<{ pid: number }>(sql`SELECT pg_backend_pid() AS pid`)
      await database.db.query(sql`SELECT pg_terminate_backend(${row!.pid})`)
      const alive = sql`SELECT pid FROM pg_stat_activity WHERE pid = ${row!.pid}`
      await eventually(async () => expect(await database.db.query(alive)).toEqual([]))
      await tx.query(sql`SELECT 1`)
    })
    await expect(killed).rejects.toMatchObject({ code: 'unavailable' })
    expect(await database.db.transaction((tx) => tx.query(sql`SELECT 1 AS n`))).toEqual([{ n: 1 }])
  })

  test('is noticed within the connect timeout where the server accepts and says nothing', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    const db = openDatabase({ url: `postgres://a:b@127.0.0.1:${port}/none`, applicationName: 'test', log })
    await expect(db.query(sql`SELECT 1`)).rejects.toMatchObject({ code: 'unavailable' })
    await db.close()
    silent.close()
  }, 20_000)
})

describe('notices', () => {
  test('reach each listener of their channel, until it stops', async () => {
    const first: string[] = []
    const second: string[] = []
    const stop = await database.db.listen('news', (payload) => first.push(payload))
    await database.db.listen('news', () => {
      throw new Error('one that fails does not keep others from it')
    })
    await database.db.listen('news', (payload) => second.push(payload))
    await database.db.query(sql`SELECT pg_notify('news', 'one')`)
    await eventually(() => expect([first, second]).toEqual([['one'], ['one']]))
    await stop()
    await database.db.query(sql`SELECT pg_notify('news', 'two')`)
    await eventually(() => expect(second).toEqual(['one', 'two']))
    expect(first).toEqual(['one'])
  })

  test('come again after the connection broke, and the listener is told to read what it missed', async () => {
    const db = openDatabase({ url: database.url, applicationName: 'test-listener', log })
    const heard: string[] = []
    let reconnects = 0
    await db.listen(
      'updates',
      (payload) => heard.push(payload),
      () => reconnects++,
    )
    await database.db.query(sql`
      SELECT pg_terminate_backend(pid)
        FROM pg_stat_activity
       WHERE application_name = 'test-listener' AND datname = current_database()`)
    await eventually(() => expect(reconnects).toBe(1))
    await database.db.query(sql`SELECT pg_notify('updates', 'again')`)
    await eventually(() => expect(heard).toEqual(['again']))
    await db.close()
  })

  test('cannot be listened to where there is no database', async () => {
    const db = openDatabase({ url: 'postgres://who@127.0.0.1:1/none', applicationName: 'test', log })
    await expect(db.listen('news', () => undefined)).rejects.toMatchObject({ code: 'unavailable' })
    await db.close()
  })
})

describe('at start', () => {
  test.each([
    [
      'postgres://me:secret@127.0.0.1:1/none',
      'unavailable',
      'Postgres at 127.0.0.1:1 cannot be reached (connection refused)',
    ],
    [
      'postgres://me:secret@nowhere.invalid/none',
      'unavailable',
      'Postgres at nowhere.invalid:5432 cannot be reached (unknown host)',
    ],
    [
      'not an address',
      'invalid_argument',
      'DATABASE_URL is not an address of the form postgres://user:password@host:port/database',
    ],
  ])('%s is refused in one sentence without the password', async (url, code, message) => {
    const failure = await assertDatabaseReachable(url).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code, message })
  })

  test('a wrong password and a missing database are told apart', async () => {
    const wrong = new URL(database.url)
    wrong.password = 'wrong'
    await expect(assertDatabaseReachable(wrong.href)).rejects.toThrow('refused the login of user postgres')
    const missing = new URL(database.url)
    missing.pathname = '/missing'
    await expect(assertDatabaseReachable(missing.href)).rejects.toThrow('has no database missing')
    await assertDatabaseReachable(database.url)
  })
})

test('the pool tells its connections as a metric', async () => {
  const metrics = new Registry()
  const db = openDatabase({ url: database.url, applicationName: 'test', log, metrics })
  await db.query(sql`SELECT 1`)
  expect(await metrics.metrics()).toContain('akashic_database_connections{state="idle"} 1')
  await db.close()
})
