import { describeReal, eventually, startTestPostgres, type TestPostgres } from '@akashic/testbed'
import type pg from 'pg'
import type { Finding } from '../finding/finding.ts'
import type { Surroundings } from './engine.ts'
import { keptFinding, seenIn } from './keep-database.ts'
import type { DatabaseReport } from './read-report.ts'
import {
  findingsOf,
  lookAtDatabase,
  previousOf,
  sessionsOn,
  startServer,
  topicOf,
  type StartedServer,
} from './testing/server.ts'
import { topics } from './topics.ts'

const rows = 300_000
const tables = [
  'CREATE TABLE person (id int PRIMARY KEY, email text NOT NULL, filler text NOT NULL)',
  `INSERT INTO person SELECT n, 'p' || n || '@example.org', repeat('x', 60) FROM generate_series(1, ${rows}) n`,
  'CREATE INDEX person_email ON person (email)',
  'CREATE TABLE orders (id int PRIMARY KEY, person_id int REFERENCES person, "Total" int)',
  'INSERT INTO orders SELECT n, n, n FROM generate_series(1, 2000) n',
  'CREATE INDEX orders_total ON orders ("Total")',
  'CREATE INDEX orders_total_again ON orders ("Total")',
  'CREATE EXTENSION IF NOT EXISTS pg_stat_statements',
  'ANALYZE',
]
const commandOf = (finding: Finding, title: RegExp): string =>
  /-c "(.*)"$/.exec(finding.remedies.find((remedy) => title.test(remedy.title))!.command!)![1]!

async function lookUp(client: pg.Client, times: number): Promise<void> {
  for (let at = 0; at < times; at++) {
    await client.query(`SELECT filler FROM person WHERE email = 'p${at}@example.org'`)
  }
}

describeReal('postgres15', () => {
  let database: StartedServer
  beforeAll(async () => {
    database = await startServer()
    await database.run(...tables)
  }, 60_000)
  afterEach(() => database.endSessions())
  afterAll(() => database.stop())

  const look = (only: 'slow' | 'indexes', previous: Surroundings['previous'] = null) =>
    lookAtDatabase({
      ...{ url: database.url, only, around: { previous } },
      thresholds: { indexMinMeanMs: 5, slowMeanMs: 5, slowCalls: 50 },
    })
  const latelyMs = async (previous: Surroundings['previous']): Promise<number> => {
    const { tables: shown } = topicOf(await look('slow', previous), 'slow')
    return shown[0]!.rows.find(({ statement }) => String(statement).startsWith('SELECT filler'))!['latelyMs'] as number
  }

  test('a statement that a dropped index made slow is found by what it did lately, and the suggestion makes it fast again', async () => {
    const shop = await database.session()
    await lookUp(shop, 3_000)
    const fast = await previousOf(database.url)
    expect(findingsOf(await look('indexes'), 'db-missing-index')).toEqual([])
    await database.run('DROP INDEX person_email')
    await lookUp(shop, 60)
    const slowMs = await latelyMs(fast)
    const slow = await look('slow', fast)
    const { tables: shown } = topicOf(slow, 'slow')
    expect(shown[0]!.rows.filter(({ statement }) => String(statement).includes('row_number() OVER'))).toEqual([])
    expect(findingsOf(slow, 'db-slow-statement').map(({ summary }) => summary)).toContainEqual(
      expect.stringMatching(/for each of 60 calls within the last 60 s.*SELECT filler FROM person/),
    )
    const [finding, ...others] = findingsOf(await look('indexes', fast), 'db-missing-index')
    expect(others).toEqual([])
    expect(finding).toMatchObject({
      ...{ severity: 'warning', object: { kind: 'Table', name: 'public.person' }, part: 'email' },
      blames: [{ because: 'it has no index on (email)', strength: 'direct' }],
    })
    expect(finding!.evidence).toContainEqual(
      expect.objectContaining({ where: 'EXPLAIN Seq Scan Filter', quote: expect.stringContaining('email = $') }),
    )
    expect(JSON.stringify(finding)).not.toContain('p1@example.org')
    const mending = await previousOf(database.url)
    await shop.query(commandOf(finding!, /Create the index/))
    await lookUp(shop, 60)
    const { rows: plan } = await shop.query("EXPLAIN SELECT filler FROM person WHERE email = 'p1@example.org'")
    expect(JSON.stringify(plan)).toMatch(/Index Scan using person_email_idx/)
    expect(await latelyMs(mending)).toBeLessThan(slowMs / 10)
    expect(findingsOf(await look('indexes', mending), 'db-missing-index')).toEqual([])
  }, 60_000)

  test('of two equal indexes one is told, and how to drop it and get it back', async () => {
    const report = await look('indexes')
    const [finding, ...others] = findingsOf(report, 'db-duplicate-index')
    expect(others).toEqual([])
    expect(finding!.object).toMatchObject({ kind: 'Index', name: 'public.orders_total_again' })
    expect(finding!.remedies.at(-1)).toMatchObject({
      isDestructive: true,
      undo: expect.stringContaining('CREATE INDEX CONCURRENTLY orders_total_again ON public.orders'),
    })
  })

  test('of two equal indexes the one that tells rows apart for replication is the one to keep', async () => {
    await database.run(
      'CREATE TABLE shipped (id int NOT NULL)',
      'CREATE UNIQUE INDEX shipped_first ON shipped (id)',
      'CREATE UNIQUE INDEX shipped_second ON shipped (id)',
      'ALTER TABLE shipped REPLICA IDENTITY USING INDEX shipped_second',
    )
    const names = findingsOf(await look('indexes'), 'db-duplicate-index').map(({ object }) => object.name)
    await database.run('DROP TABLE shipped')
    expect(names).toContain('public.shipped_first')
    expect(names).not.toContain('public.shipped_second')
  })

  test('a foreign key without an index is told, and worse where the parent changes', async () => {
    const [calm] = findingsOf(await look('indexes'), 'db-unindexed-foreign-key')
    expect(calm).toMatchObject({ severity: 'info', object: { name: 'public.orders' }, part: 'orders_person_id_fkey' })
    await database.run(`DELETE FROM person WHERE id = ${rows}`, 'SELECT pg_stat_force_next_flush()')
    const [finding] = findingsOf(await look('indexes'), 'db-unindexed-foreign-key')
    expect(finding).toMatchObject({ severity: 'warning' })
    await database.run(commandOf(finding!, /Create the index/))
    expect(findingsOf(await look('indexes'), 'db-unindexed-foreign-key')).toEqual([])
  })

  test('an index whose building failed is told, and the one like it that is whole is not proposed for dropping', async () => {
    await database.run(
      'CREATE TABLE twice AS SELECT 1 AS id FROM generate_series(1, 2)',
      'CREATE INDEX twice_whole ON twice (id)',
    )
    await expect(database.run('CREATE UNIQUE INDEX CONCURRENTLY twice_id ON twice (id)')).rejects.toThrow()
    const report = await look('indexes')
    expect(findingsOf(report, 'db-invalid-index')).toMatchObject([
      { severity: 'warning', object: { name: 'public.twice_id' } },
    ])
    expect(findingsOf(report, 'db-duplicate-index').map(({ object }) => object.name)).not.toContain(
      'public.twice_whole',
    )
  })

  test('a large index that nobody reads is told, and one that keeps rows unique is not', async () => {
    await database.run(
      'CREATE TABLE visit AS SELECT n AS id, repeat(md5(n::text), 3) AS agent FROM generate_series(1, 150000) n',
      'CREATE INDEX visit_agent ON visit (agent)',
      'CREATE UNIQUE INDEX visit_unique ON visit (agent, id)',
    )
    const found = findingsOf(await look('indexes'), 'db-unused-index').map(({ object }) => object.name)
    expect(found).toEqual(['public.visit_agent'])
  })

  test('a login that may not read the tables gets the rest, and is told what to grant', async () => {
    await database.run("CREATE ROLE reader LOGIN PASSWORD 'pa55'", 'GRANT pg_monitor TO reader')
    const previous = await previousOf(database.url)
    await database.run('DROP INDEX IF EXISTS person_email_idx')
    await lookUp(await database.session(), 60)
    const url = database.url.replace('postgres:testbed', 'reader:pa55')
    const { findings, unknown } = topicOf(
      await lookAtDatabase({ url, only: 'indexes', around: { previous }, thresholds: { indexMinMeanMs: 5 } }),
      'indexes',
    )
    expect(unknown).toMatchObject([{ howToGet: expect.stringContaining('GRANT pg_read_all_data TO reader') }])
    expect(findings.map(({ rule }) => rule)).toContain('db-duplicate-index')
  }, 30_000)

  test('plans that cannot be made are told by their reasons, and a finding ends only when its own plan was made', async () => {
    await database.run(
      'DROP INDEX IF EXISTS person_email, person_email_idx',
      'CREATE SCHEMA shop',
      'CREATE TABLE shop.parcel AS SELECT 1 AS id',
    )
    const previous = await previousOf(database.url)
    const shop = await database.session()
    await shop.query('SET search_path = shop, public')
    for (let at = 0; at < 10; at++) {
      await shop.query('SELECT id, pg_sleep(0.02) FROM parcel')
      await shop.query(`SELECT /* ${'x'.repeat(5_000)} */ pg_sleep(0.02)`)
    }
    await lookUp(shop, 20)
    const see = () =>
      lookAtDatabase({
        ...{ url: database.url, only: 'indexes', around: { previous } },
        thresholds: { indexMinMeanMs: 5, indexMinCalls: 10 },
      })
    const before = await see()
    const [missing] = findingsOf(before, 'db-missing-index')
    expect(missing).toMatchObject({ object: { name: 'public.person' } })
    const unplanned = [
      { what: 'the plans of 1 slow statement', reason: 'relation "parcel" does not exist' },
      { what: 'the plans of 1 slow statement', reason: 'of a text only 4000 bytes are read' },
    ]
    expect(topicOf(before, 'indexes').unknown).toEqual(expect.arrayContaining(unplanned.map(expect.objectContaining)))
    const admin = await database.session('admin')
    await admin.query('BEGIN')
    await admin.query('LOCK TABLE person IN ACCESS EXCLUSIVE MODE')
    const source = 'database/orders'
    const ended = (report: DatabaseReport) =>
      seenIn(report, source, [keptFinding(missing!, source)], topics).ended.map(({ rule }) => rule)
    const whileLocked = await see()
    expect(findingsOf(whileLocked, 'db-missing-index')).toEqual([])
    expect(topicOf(whileLocked, 'indexes').unknown).toContainEqual(
      expect.objectContaining({ reason: 'what it reads is locked' }),
    )
    expect(ended(whileLocked)).toEqual([])
    await admin.query('ROLLBACK')
    await shop.query(commandOf(missing!, /Create the index/))
    expect(ended(await see())).toEqual(['db-missing-index'])
  }, 60_000)
})

describe('on the Postgres that comes along', () => {
  let server: TestPostgres
  let sessions: ReturnType<typeof sessionsOn>
  beforeAll(async () => {
    server = await startTestPostgres()
    sessions = sessionsOn(server.url)
  }, 60_000)
  afterAll(async () => {
    await sessions.endSessions()
    await server.stop()
  })

  test('without pg_stat_statements statements are unknown, with how to get them', async () => {
    const report = await lookAtDatabase({ url: server.url })
    expect(topicOf(report, 'slow')).toMatchObject({
      status: 'unknown',
      unknown: [
        { reason: 'pg_stat_statements not installed', howToGet: expect.stringContaining('shared_preload_libraries') },
      ],
    })
    await sessions.run('CREATE EXTENSION pg_stat_statements')
    const created = await lookAtDatabase({ url: server.url })
    expect(topicOf(created, 'slow')).toMatchObject({ unknown: [{ reason: 'pg_stat_statements not installed' }] })
  })

  test('with it, its newest columns are read and a missing index is found by a generic plan', async () => {
    await sessions.run("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
    process.kill(server.pid, 'SIGINT')
    const shop = await eventually(async () => {
      const session = await sessions.session()
      const { rows } = await session.query('SHOW shared_preload_libraries')
      expect(rows).toEqual([{ shared_preload_libraries: 'pg_stat_statements' }])
      return session
    }, 20_000)
    await sessions.run(...tables, 'DROP INDEX person_email')
    await lookUp(shop, 60)
    const report = await lookAtDatabase({ url: server.url, thresholds: { indexMinMeanMs: 5 } })
    expect(topicOf(report, 'slow').tables[0]!.rows[0]).toMatchObject({
      since: expect.stringMatching(/^\d{4}-/),
      walBuffersFull: expect.any(Number),
    })
    expect(findingsOf(report, 'db-missing-index')).toMatchObject([{ part: 'email' }])
  }, 60_000)
})
