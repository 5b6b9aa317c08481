import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { describeReal, eventually } from '@akashic/testbed'
import { sql } from '@akashic/shared/postgres'
import { openDatabaseClient } from './database-client.ts'
import { startProxy } from './testing/proxy.ts'
import { findingsOf, lookAtDatabase, reportBy, startServer, topicOf, type StartedServer } from './testing/server.ts'
import type { AnyTopic } from './topic.ts'

const sleeper = (seconds: number): AnyTopic => ({
  ...{ name: 'sleeper', rules: [], isHeavy: false },
  report: async (source) => {
    await source.read(sql`SELECT pg_sleep(${seconds})`)
    return { says: 'slept', tables: [], findings: [], unknown: [] }
  },
})

describeReal('postgres15', () => {
  let database: StartedServer
  beforeAll(async () => {
    database = await startServer({ track_activity_query_size: '1048576' })
    await database.run('CREATE EXTENSION pg_stat_statements')
    await database.run("CREATE DATABASE raw ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
  }, 60_000)
  afterEach(() => database.endSessions())
  afterAll(() => database.stop())

  test('a topic that never ends is unknown, and the rest of the report is whole', async () => {
    const report = await lookAtDatabase({ url: database.url, besides: [sleeper(60)] })
    const sleeping = report.topics.at(-1)!
    expect(sleeping).toMatchObject({ status: 'unknown', unknown: [{ reason: 'it took longer than 4 s to read' }] })
    for (const { topic, tables } of report.topics.slice(0, -1))
      expect([topic, tables.length > 0]).toEqual([topic, true])
  }, 20_000)

  test('what two topics ask alike is read once for a report', async () => {
    const admin = await database.session('admin')
    await admin.query('SELECT pg_stat_statements_reset()')
    await lookAtDatabase({ url: database.url })
    const asked = "SELECT calls::int FROM pg_stat_statements WHERE query LIKE '%/* akashic */%by_total%'"
    expect((await admin.query<{ calls: number }>(asked)).rows).toEqual([{ calls: 1 }])
  }, 20_000)

  test('all topics together end with the deadline', async () => {
    const report = await lookAtDatabase({ url: database.url, besides: [sleeper(60)], deadlineMs: 1_500 })
    expect(report.topics.at(-1)).toMatchObject({ unknown: [{ reason: 'it was not read within 1.5 s' }] })
    expect(topicOf(report, 'connections').tables).not.toEqual([])
  }, 20_000)

  test('no more than two connections are used, none can write, and each is named', async () => {
    const client = openDatabaseClient({ url: database.url, readyWithin: 5_000 })
    const admin = await database.session('admin')
    const count = async (): Promise<number> => {
      const text = "SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'akashic'"
      return (await admin.query<{ count: number }>(text)).rows[0]!.count
    }
    await eventually(async () => expect(await count()).toBe(0), 8_000)
    const reading = Promise.all(Array.from({ length: 8 }, () => client.read(sql`SELECT pg_sleep(0.2)`)))
    const counts: number[] = []
    for (let at = 0; at < 5; at++) {
      await delay(100)
      counts.push(await count())
    }
    await reading
    expect(Math.max(...counts)).toBe(2)
    await expect(client.read(sql`CREATE TABLE mine (id int)`)).rejects.toMatchObject({ code: '25006' })
    client.close()
  }, 20_000)

  test('statements of bytes that are no text, and of a megabyte, are read', async () => {
    const url = database.url.replace(/\/postgres$/, '/raw')
    const query = Buffer.concat([
      Buffer.from("BEGIN; SELECT pg_sleep(6), 'caf"),
      Buffer.of(0xe9),
      Buffer.from("' /* \xff */", 'latin1'),
    ])
    const psql = execFile('psql', [url], { env: { ...process.env, PGCLIENTENCODING: 'SQL_ASCII' } }, () => undefined)
    psql.stdin!.end(query)
    const long = await database.session('long', url)
    await long.query('BEGIN')
    await long.query(`SELECT 1 /* ${'x'.repeat(1_000_000)} */`)
    const report = await eventually(async () => {
      const seen = await lookAtDatabase({
        ...{ url, only: 'connections' },
        thresholds: { idleInTransactionSeconds: 0, longQuerySeconds: 0 },
      })
      expect(topicOf(seen, 'connections').findings).toHaveLength(2)
      return seen
    }, 8_000)
    psql.kill()
    expect(report.topics[0]).toMatchObject({ status: 'warning', unknown: [] })
    expect(JSON.stringify(report)).toContain('SELECT pg_sleep(?)')
    expect(JSON.stringify(report).length).toBeLessThan(20_000)
  }, 20_000)

  test('where the text of a statement of another database is no text here, times are told, and how to get the texts', async () => {
    const raw = execFile('psql', [database.url.replace(/\/postgres$/, '/raw')], {
      env: { ...process.env, PGCLIENTENCODING: 'SQL_ASCII' },
    })
    raw.stdin!.end(Buffer.concat([Buffer.from('SELECT 1 AS caf'), Buffer.of(0xe9)]))
    await once(raw, 'close')
    const report = await lookAtDatabase({ url: database.url })
    const slow = topicOf(report, 'slow')
    expect(slow).toMatchObject({ isRead: true, unknown: [{ what: 'the texts of statements' }] })
    expect(slow.tables[0]!.rows[0]).toMatchObject({
      statement: expect.stringMatching(/^statement -?\d+, whose text cannot be read$/),
      calls: expect.any(Number),
    })
    expect(topicOf(report, 'indexes')).toMatchObject({
      isRead: true,
      unknown: [{ what: 'the plans of slow statements' }],
    })
    await database.run(slow.unknown[0]!.howToGet!.replace(/^.*?: /, ''))
    expect(topicOf(await lookAtDatabase({ url: database.url }), 'slow').unknown).toEqual([])
  }, 20_000)

  test('a server that answers slowly is read whole, by as few questions at once as ever', async () => {
    const proxy = await startProxy(database.server.port)
    proxy.slowDown(10)
    try {
      const report = await lookAtDatabase({ url: database.url.replace(`:${database.server.port}/`, `:${proxy.port}/`) })
      expect(report.reachability.state).toBe('reachable')
      expect(report.topics.filter(({ isRead }) => !isRead)).toEqual([])
    } finally {
      proxy.stop()
    }
  }, 30_000)

  test('one that says nothing more in the middle of a topic is given up at the deadline, and what was read is told', async () => {
    const proxy = await startProxy(database.server.port)
    const url = database.url.replace(`:${database.server.port}/`, `:${proxy.port}/`)
    const withheld: AnyTopic = {
      ...{ name: 'withheld', rules: [], isHeavy: false },
      report: async (source) => {
        await source.read(sql`SELECT pg_sleep(1.5)`)
        proxy.freeze()
        await source.read(sql`SELECT 1`)
        return { says: '', tables: [], findings: [], unknown: [] }
      },
    }
    try {
      const report = await lookAtDatabase({ url, besides: [withheld], deadlineMs: 3_000 })
      expect(report.reachability.state).toBe('reachable')
      expect(report.topics.at(-1)).toMatchObject({
        ...{ status: 'unknown', isRead: false },
        unknown: [{ reason: 'it was not read within 3 s' }],
      })
      expect(topicOf(report, 'connections')).toMatchObject({ isRead: true })
    } finally {
      proxy.stop()
    }
  }, 30_000)

  test('a table that somebody has locked for themselves keeps no topic from being read', async () => {
    await database.run(
      'CREATE TABLE IF NOT EXISTS altered AS SELECT n FROM generate_series(1, 5000) n',
      'ANALYZE altered',
    )
    const holder = await database.session('migration')
    await holder.query('BEGIN')
    await holder.query('LOCK TABLE altered IN ACCESS EXCLUSIVE MODE')
    const waiter = await database.session('shop')
    void waiter.query('SELECT * FROM altered').catch(() => undefined)
    const report = await eventually(async () => {
      const seen = await lookAtDatabase({ url: database.url, thresholds: { lockWaitSeconds: 0 } })
      expect(findingsOf(seen, 'db-lock-tree')).toHaveLength(1)
      return seen
    }, 10_000)
    const unread = report.topics.filter(({ isRead }) => !isRead)
    expect(unread.map(({ topic }) => topic)).toEqual([])
  }, 30_000)

  test('a server that is killed in the middle of a topic takes only that topic along', async () => {
    const client = openDatabaseClient({ url: database.url, readyWithin: 1_000 })
    const reading = reportBy(client, { besides: [sleeper(3)] })
    await delay(700)
    await database.server.kill()
    const report = await reading
    expect(report.reachability.state).toBe('reachable')
    expect(report.topics.at(-1)).toMatchObject({ status: 'unknown' })
    expect(report.topics.at(-1)!.unknown[0]!.reason).toContain('broke the connection off')
    expect(topicOf(report, 'connections').tables).not.toEqual([])
    expect((await reportBy(client)).reachability.state).toBe('refused')
    client.close()
    await database.server.start()
  }, 30_000)
})
