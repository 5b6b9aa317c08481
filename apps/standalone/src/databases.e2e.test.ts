import {
  describeReal,
  eventually,
  startPostgres,
  startRedis,
  type PostgresServer,
  type RedisServer,
} from '@akashic/testbed'
import { Redis } from 'ioredis'
import pg from 'pg'
import { makeHome, type Home } from './testing/home.ts'
import { akashic, killAll, startProduct, type Product } from './testing/run-product.ts'

const mib = 1_048_576

describeReal('postgres15', () => {
  describeReal('redis', () => {
    let home: Home
    let product: Product
    let orders: PostgresServer
    let sessions: RedisServer
    const clients: pg.Client[] = []
    const connect = async (application: string): Promise<pg.Client> => {
      const client = new pg.Client({ connectionString: orders.url, application_name: application })
      client.on('error', () => undefined)
      await client.connect()
      clients.push(client)
      return client
    }

    beforeAll(async () => {
      home = await makeHome()
      ;[orders, sessions] = await Promise.all([
        startPostgres({ settings: { shared_preload_libraries: 'pg_stat_statements' } }),
        startRedis({ password: 'pa55word', settings: { maxmemory: String(8 * mib), 'enable-debug-command': 'yes' } }),
      ])
      await home.configure(`
databases:
  - { name: orders, url: "\${ORDERS_URL}" }
  - { name: sessions, url: "\${SESSIONS_URL}" }
  - { name: limited, url: "redis://reader:le55@127.0.0.1:${sessions.port}" }
`)
      const env = { ORDERS_URL: orders.url, SESSIONS_URL: sessions.url, AKASHIC_CONFIG: home.configFile }
      product = await startProduct(home, { env })
    }, 120_000)
    afterAll(async () => {
      for (const client of clients) void client.end().catch(() => undefined)
      await killAll()
      await Promise.all([orders.stop(), sessions.stop()])
      await home.remove()
    }, 30_000)

    const read = async (path: string) => {
      const { status, json } = await product.call('GET', `/api/v1/infra/databases${path}`)
      expect(status).toBe(200)
      return json
    }
    const rulesOf = (report: { topics: { findings: { rule: string }[] }[] }) =>
      report.topics.flatMap(({ findings }) => findings).map(({ rule }) => rule)

    test('both kinds are listed, without what is secret', async () => {
      const { items } = await read('')
      expect(items.map(({ name, kind }: Record<string, string>) => [name, kind])).toEqual([
        ['orders', 'postgres'],
        ['sessions', 'redis'],
        ['limited', 'redis'],
      ])
      const { stdout } = await akashic(home, 'db')
      expect(stdout).toMatch(new RegExp(`sessions +redis +127.0.0.1:${sessions.port}`))
      expect(stdout + JSON.stringify(items)).not.toMatch(/pa55word|testbed|le55/)
    })

    test('a chain of locks is told from its root, with the way out', async () => {
      const holder = await connect('checkout')
      await holder.query('CREATE TABLE stock (id int PRIMARY KEY, count int)')
      await holder.query('INSERT INTO stock SELECT n, 5 FROM generate_series(1, 3) n')
      await holder.query('BEGIN')
      await holder.query('UPDATE stock SET count = 4151 WHERE id = 1')
      const middle = await connect('basket')
      await middle.query('BEGIN')
      await middle.query('UPDATE stock SET count = 4 WHERE id = 2')
      void middle.query('UPDATE stock SET count = 4 WHERE id = 1').catch(() => undefined)
      const last = await connect('report')
      void last.query('UPDATE stock SET count = 4 WHERE id = 2').catch(() => undefined)
      const report = await eventually(async () => {
        const seen = await read('/orders/locks')
        expect(rulesOf(seen)).toEqual(['db-lock-tree'])
        return seen
      }, 20_000)
      expect(report.topics[0].tables[0].rows.map(({ depth }: { depth: number }) => depth)).toEqual([0, 1, 2])
      expect(report.topics[0].findings[0].summary).toContain('keeps 2 sessions waiting')
      const { code, stdout } = await akashic(home, 'db', 'orders', 'locks')
      expect([code, stdout]).toEqual([3, expect.stringContaining('1 thing is wrong with database orders')])
      expect(stdout).toContain('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ')
      expect(stdout + JSON.stringify(report)).not.toContain('4151')
    }, 40_000)

    test('a Redis whose memory is full, and a command that held it up, are told without their arguments', async () => {
      const shop = new Redis(sessions.url, { connectionName: 'basket' })
      try {
        const write = (at: number) => shop.set(`k${at}`, 'x'.repeat(50_000)).catch(String)
        for (let at = 0; !(await write(at)).includes('OOM'); at++);
        await shop.eval('local n = 0; while n < 1e8 do n = n + 1 end; return ARGV[1]', 0, 'hunter2')
        const whole = await read('/sessions')
        expect(whole).toMatchObject({ kind: 'redis', reachability: { state: 'reachable' }, server: { extensions: {} } })
        expect(rulesOf(whole)).toEqual(expect.arrayContaining(['redis-memory-full', 'redis-slow-command']))
        const { code, stdout } = await akashic(home, 'db', 'sessions', 'memory')
        expect(code).toBe(3)
        expect(stdout).toContain('and with noeviction it refuses writes')
        expect(stdout).toMatch(/redis-cli -h 127\.0\.0\.1 -p \d+ --askpass CONFIG SET maxmemory 16777216/)
        const slow = await akashic(home, 'db', 'sessions', 'slow')
        expect(slow.stdout).toMatch(/EVAL took up to .* by basket/)
        expect(stdout + slow.stdout + JSON.stringify(whole)).not.toMatch(/hunter2|pa55word/)
      } finally {
        shop.disconnect()
      }
    }, 40_000)

    test('a login that may not ask is told what it lacks, and the command that gives it', async () => {
      const admin = new Redis(sessions.url)
      try {
        await admin.call('ACL', 'SETUSER', 'reader', 'on', '>le55', '+ping', '+info')
        const { code, stdout } = await akashic(home, 'db', 'limited', 'slow')
        expect(code).toBe(5)
        expect(stdout).toContain('? Unknown: slow commands (user reader may not run SLOWLOG GET)')
        expect(stdout).toContain('to get it: ACL SETUSER reader +slowlog|get')
      } finally {
        admin.disconnect()
      }
    }, 20_000)

    test('a topic of the other kind, and a database that nobody named, are not found', async () => {
      const { status, json } = await product.call('GET', '/api/v1/infra/databases/sessions/vacuum')
      expect([status, json.detail]).toEqual([
        404,
        expect.stringContaining('There is no topic vacuum; there are connections'),
      ])
      const { code, stderr } = await akashic(home, 'db', 'nothing')
      expect([code, stderr]).toEqual([expect.any(Number), expect.stringContaining('There is no database nothing')])
    })
  })
})
