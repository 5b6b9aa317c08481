import { describeReal, eventually, startPgBouncer, type PgBouncerServer } from '@akashic/testbed'
import { sql } from '@akashic/shared/postgres'
import { openDatabaseClient } from './database-client.ts'
import { findingsOf, lookAtDatabase, previousOf, startServer, topicOf, type StartedServer } from './testing/server.ts'

describeReal('postgres15', () => {
  describeReal('pgbouncer', () => {
    let database: StartedServer
    let pooler: PgBouncerServer
    beforeAll(async () => {
      database = await startServer()
      await database.run(
        'CREATE EXTENSION pg_stat_statements',
        'CREATE TABLE stock (id int PRIMARY KEY, name text, filler text)',
        "INSERT INTO stock SELECT n, 'n' || n, repeat('x', 60) FROM generate_series(1, 100000) n",
        'ANALYZE',
      )
      pooler = await startPgBouncer(database.server)
    }, 60_000)
    afterEach(() => database.endSessions())
    afterAll(async () => {
      await pooler.stop()
      await database.stop()
    })

    test('behind a pooler that shares its sessions every topic is read, plans too, and the sessions are left as they were', async () => {
      const shop = await database.session('shop', pooler.url)
      await database.run('SELECT pg_stat_statements_reset()')
      for (let at = 0; at < 55; at++) await shop.query(`SELECT filler FROM stock WHERE name = 'n${at}'`)
      const around = { earlier: await previousOf(pooler.url) }
      const report = await lookAtDatabase({ url: pooler.url, around, thresholds: { indexMinMeanMs: 0.5 } })
      expect(report.reachability.state).toBe('reachable')
      expect(report.topics.flatMap(({ unknown }) => unknown)).toEqual([])
      expect(findingsOf(report, 'db-missing-index')).toMatchObject([{ object: { name: 'public.stock' }, part: 'name' }])
      // What was set for our transactions alone is not what others find.
      for (const setting of ['statement_timeout', 'lock_timeout', 'plan_cache_mode', 'transaction_read_only']) {
        const { rows } = await shop.query<{ value: string }>('SELECT current_setting($1) AS value', [setting])
        expect([setting, rows[0]!.value]).toEqual([
          setting,
          setting.endsWith('timeout') ? '0' : expect.stringMatching(/^(auto|off)$/),
        ])
      }
      expect((await shop.query('SELECT FROM pg_prepared_statements')).rowCount).toBe(0)
    }, 30_000)

    test('it cannot write, and its limits hold', async () => {
      const client = openDatabaseClient({ url: pooler.url, readyWithin: 5_000 })
      try {
        await expect(client.read(sql`INSERT INTO stock VALUES (0)`)).rejects.toMatchObject({ code: '25006' })
        await expect(client.read(sql`SELECT pg_sleep(20)`)).rejects.toMatchObject({ code: '57014' })
      } finally {
        client.close()
      }
    }, 20_000)

    test('a pooler that takes no more clients, or has no session left, is told as that', async () => {
      const narrow = await startPgBouncer(database.server, { max_client_conn: '1', query_wait_timeout: '1' })
      try {
        // Whoever looked whether it is there may not have been let go yet.
        const holder = await eventually(() => database.session('shop', narrow.url))
        await holder.query('BEGIN')
        expect((await lookAtDatabase({ url: narrow.url })).reachability.state).toBe('too_many_connections')
      } finally {
        await narrow.stop()
      }
      const busy = await startPgBouncer(database.server, { default_pool_size: '1', query_wait_timeout: '1' })
      try {
        const holder = await database.session('shop', busy.url)
        await holder.query('BEGIN')
        expect((await lookAtDatabase({ url: busy.url })).reachability.state).toBe('too_many_connections')
        await holder.query('COMMIT')
        await eventually(async () => {
          const report = await lookAtDatabase({ url: busy.url, only: 'connections' })
          expect(topicOf(report, 'connections').status).toBe('healthy')
        })
      } finally {
        await busy.stop()
      }
    }, 30_000)

    test('a pooler whose server has gone is no database that answers', async () => {
      const lonely = await startPgBouncer({ ...database.server, port: 1, url: pooler.url }, { server_login_retry: '1' })
      try {
        const url = pooler.url.replace(/:\d+\//, `:${lonely.port}/`)
        const report = await lookAtDatabase({ url, readyWithin: 2_000 })
        expect(report).toMatchObject({ status: 'critical', server: null })
        expect(report.reachability.state).not.toBe('reachable')
      } finally {
        await lonely.stop()
      }
    }, 30_000)
  })
})
