import { eventually, startTestPostgres, type TestPostgres } from '@akashic/testbed'
import {
  asLogin,
  findingsOf,
  lookAtDatabase,
  onEachPostgres,
  previousOf,
  sessionsOn,
  topicOf,
} from './testing/server.ts'
import { placeOf } from './reachability.ts'
import { usualThresholds } from './thresholds.ts'
import { topicNames, type Around, type ServerFacts } from './topic.ts'
import { vacuum } from './topic/vacuum.ts'

const mib = 1_048_576

async function oldestAge({ session }: Pick<ReturnType<typeof sessionsOn>, 'session'>): Promise<number> {
  const { rows } = await (
    await session('admin')
  ).query<{ age: number }>(
    "SELECT max(age(relfrozenxid))::int AS age FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
  )
  return rows[0]!.age
}

onEachPostgres((start) => {
  let database: Awaited<ReturnType<typeof start>>
  beforeAll(async () => {
    database = await start({
      ...{ max_prepared_transactions: '5', archive_mode: 'on', archive_command: 'false', wal_level: 'logical' },
      max_slot_wal_keep_size: '10GB',
    })
    await database.run('CREATE EXTENSION pg_stat_statements')
  }, 60_000)
  afterEach(() => database.endSessions())
  afterAll(() => database.stop())

  test('every topic is read', async () => {
    const earlier = await previousOf(database.url)
    const report = await lookAtDatabase({ url: database.url, around: { earlier } })
    expect(report.topics.map(({ topic }) => topic)).toEqual([...topicNames])
    expect(report.topics.flatMap(({ unknown }) => unknown)).toEqual([])
  })

  test('space that updates left behind is estimated, and measured where pgstattuple is installed', async () => {
    await database.run(
      'CREATE TABLE cart (id int, note text) WITH (autovacuum_enabled = false)',
      "INSERT INTO cart SELECT n, repeat('x', 200) FROM generate_series(1, 40000) n",
      'CREATE TABLE still AS SELECT * FROM cart',
      ...Array.from({ length: 4 }, () => "UPDATE cart SET note = repeat('y', 200)"),
    )
    const report = () => lookAtDatabase({ url: database.url, only: 'bloat', thresholds: { bloatBytes: 10 * mib } })
    const look = async () => findingsOf(await report(), 'db-bloat')
    // Never analysed: nothing to estimate by.
    expect(topicOf(await report(), 'bloat')).toMatchObject({
      ...{ status: 'unknown', findings: [] },
      unknown: [{ what: 'the bloat of 1 table', howToGet: expect.stringContaining('ANALYZE') }],
    })
    await database.run('CREATE EXTENSION pgstattuple')
    const unanalysed = topicOf(await report(), 'bloat')
    expect(unanalysed).toMatchObject({ unknown: [], findings: [{ object: { name: 'public.cart' } }] })
    await database.run('DROP EXTENSION pgstattuple', 'ANALYZE cart, still')
    const [estimated, ...others] = await look()
    expect(others).toEqual([])
    expect(estimated).toMatchObject({ object: { kind: 'Table', name: 'public.cart' } })
    expect(estimated!.summary).toMatch(/^3[5-9] MB of its 4\d MB \(7\d|8\d.*by an estimate; autovacuum is off for it/)
    await database.run('CREATE EXTENSION pgstattuple')
    const [measured] = await look()
    expect(measured!.summary).toMatch(/\((7[5-9]|8[0-5])(\.\d)? %\) hold no row, as pgstattuple measured/)
    expect(measured!.remedies.map(({ command }) => command).join()).toContain('RESET (autovacuum_enabled)')
    await database.run('VACUUM FULL cart', 'ANALYZE cart')
    expect(await look()).toEqual([])
  }, 30_000)

  test('a table that has grown since it was analysed is among the largest, also beside many others', async () => {
    const each = (statement: string) =>
      `DO $$ BEGIN FOR n IN 1..401 LOOP EXECUTE format('${statement}', n); END LOOP; END $$`
    await database.run(
      'CREATE TABLE grown (id int, note text) WITH (autovacuum_enabled = false)',
      "INSERT INTO grown VALUES (1, 'x')",
      each("CREATE TABLE small_%s AS SELECT repeat(''x'', 200) AS note FROM generate_series(1, 100)"),
      each('ANALYZE small_%s'),
      'ANALYZE grown',
      "INSERT INTO grown SELECT n, repeat('x', 200) FROM generate_series(1, 20000) n",
      'SELECT pg_stat_force_next_flush()',
    )
    await eventually(async () => {
      const { rows } = topicOf(await lookAtDatabase({ url: database.url, only: 'bloat' }), 'bloat').tables[0]!
      expect(rows.map(({ name }) => name)).toContain('public.grown')
    })
    await database.run(each('DROP TABLE small_%s'), 'DROP TABLE grown')
  }, 60_000)

  test('dead rows of a table whose autovacuum is off are told, with what holds them', async () => {
    await database.run(
      'CREATE TABLE visit (id int, count int) WITH (autovacuum_enabled = false)',
      'INSERT INTO visit SELECT n, 0 FROM generate_series(1, 15000) n',
      'UPDATE visit SET count = 1',
      'SELECT pg_stat_force_next_flush()',
    )
    const old = await database.session('report')
    await old.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await old.query('SELECT 1')
    const report = await eventually(async () => {
      const seen = await lookAtDatabase({ url: database.url, only: 'vacuum' })
      expect(findingsOf(seen, 'db-dead-rows').map(({ object }) => object.name)).toContain('public.visit')
      return seen
    })
    expect(findingsOf(report, 'db-dead-rows').find(({ object }) => object.name === 'public.visit')).toMatchObject({
      blames: [{ because: 'autovacuum is off for it' }],
    })
    const { processID } = old as unknown as { processID: number }
    expect(topicOf(report, 'vacuum').tables[1]!.rows).toContainEqual(
      expect.objectContaining({ kind: 'session', name: `pid ${processID}` }),
    )
  })

  test('the oldest table is among those that are looked at, also where many others have more dead rows', async () => {
    const names = Array.from({ length: 55 }, (_, at) => `busy_${at}`)
    await database.run(
      'CREATE TABLE aged AS SELECT 1 AS id',
      ...names.flatMap((name) => [
        `CREATE TABLE ${name} (id int) WITH (autovacuum_enabled = false)`,
        `INSERT INTO ${name} VALUES (1), (2)`,
        `DELETE FROM ${name}`,
      ]),
      'SELECT pg_stat_force_next_flush()',
    )
    await eventually(async () => {
      const seen = topicOf(await lookAtDatabase({ url: database.url, only: 'vacuum' }), 'vacuum').tables[0]!.rows
      expect(seen.filter(({ name }) => String(name).startsWith('public.busy_')).length).toBeGreaterThan(40)
      expect(Math.max(...seen.map(({ xidAge }) => Number(xidAge)))).toBe(await oldestAge(database))
    })
    await database.run(...names.map((name) => `DROP TABLE ${name}`), 'DROP TABLE aged')
  }, 30_000)

  test('a prepared transaction that is forgotten is told, and rolled back by what is proposed', async () => {
    await database.run('BEGIN', 'INSERT INTO visit VALUES (1, 1)', "PREPARE TRANSACTION 'order''s 7'")
    const look = async () =>
      findingsOf(
        await lookAtDatabase({ url: database.url, only: 'vacuum', thresholds: { preparedSeconds: 0 } }),
        'db-prepared-transaction',
      )
    const [finding] = await look()
    expect(finding!.object.name).toBe("prepared order's 7")
    const [, statement] = /-c "(.*)"$/.exec(finding!.remedies.at(-1)!.command!)!
    await database.run(statement!)
    expect(await look()).toEqual([])
  })

  test('sequences and keys near their end are told by the column that ends first', async () => {
    await database.run(
      'CREATE TABLE ticket (id serial PRIMARY KEY)',
      'ALTER SEQUENCE ticket_id_seq AS bigint',
      "SELECT setval('ticket_id_seq', 2000000000)",
      'CREATE TABLE legacy (id int PRIMARY KEY)',
      'INSERT INTO legacy SELECT 2147000000 - n FROM generate_series(1, 500) n',
      'ANALYZE legacy',
      'CREATE SEQUENCE short MAXVALUE 100',
      "SELECT setval('short', 50)",
    )
    const report = await lookAtDatabase({ url: database.url, only: 'sequences' })
    expect(findingsOf(report, 'db-sequence-end').map(({ object }) => object.name)).toEqual(['public.ticket_id_seq'])
    expect(findingsOf(report, 'db-sequence-end')[0]!.summary).toContain('the end of public.ticket.id of type int4')
    expect(findingsOf(report, 'db-key-end')).toMatchObject([{ object: { name: 'public.legacy' }, part: 'id' }])
  })

  test('a log that is not archived, a slot that nobody reads and dangerous settings are told', async () => {
    await database.run(
      "SELECT pg_create_logical_replication_slot('gone', 'test_decoding')",
      "SELECT pg_create_physical_replication_slot('standby', true)",
      'SELECT pg_switch_wal()',
    )
    const report = await eventually(async () => {
      const seen = await lookAtDatabase({ url: database.url })
      expect(findingsOf(seen, 'db-archiving-failing')).toHaveLength(1)
      return seen
    }, 15_000)
    expect(
      findingsOf(report, 'db-inactive-slot')
        .map(({ object }) => object.name)
        .toSorted(),
    ).toEqual(['gone', 'standby'])
    expect(findingsOf(report, 'db-setting').filter(({ severity }) => severity === 'critical')).toMatchObject([
      { part: 'fsync' },
    ])
  }, 20_000)

  test('settings are held against the memory that is configured, against what is held, and against each other', async () => {
    const look = async (around: { memoryBytes?: number } = {}, thresholds = {}) =>
      findingsOf(await lookAtDatabase({ url: database.url, only: 'settings', around, thresholds }), 'db-setting')
        .filter(({ part }) => /buffers|cache|work_mem/.test(part))
        .map(({ part, severity }) => [part, severity])
    expect(await look()).toEqual([])
    expect(await look({}, { heldBytes: 0 })).toEqual([['shared_buffers', 'info']])
    expect(await look({ memoryBytes: 8_192 * mib })).toEqual([])
    expect(await look({ memoryBytes: 4_096 * mib }, { heldBytes: 0 })).toEqual([['shared_buffers', 'info']])
    // 30 sessions of 4 MB beside 128 MB.
    expect(await look({ memoryBytes: 240 * mib })).toEqual([
      ['work_mem', 'warning'],
      ['effective_cache_size', 'info'],
    ])
    expect(await look({ memoryBytes: 160 * mib })).toEqual([
      ['shared_buffers', 'warning'],
      ['effective_cache_size', 'info'],
    ])
    const admin = await database.session('admin')
    await admin.query("ALTER SYSTEM SET effective_cache_size = '64MB'")
    await admin.query('SELECT pg_reload_conf()')
    await eventually(async () => expect(await look()).toEqual([['effective_cache_size', 'info']]))
    const [finding] = findingsOf(await lookAtDatabase({ url: database.url, only: 'settings' }), 'db-setting').filter(
      ({ part }) => part === 'effective_cache_size',
    )
    await admin.query(/-c "(.*)"$/.exec(finding!.remedies.at(-1)!.command!)![1]!)
    await admin.query('SELECT pg_reload_conf()')
    await eventually(async () => expect(await look()).toEqual([]))
  })

  test('a memory that finds too little is told, and not before enough was read', async () => {
    const look = async (cacheMinBlocks: number) =>
      findingsOf(
        await lookAtDatabase({ url: database.url, only: 'cache', thresholds: { cacheMinBlocks, cacheHitRatio: 1 } }),
        'db-cache-hit',
      )
    expect(await look(1e12)).toEqual([])
    expect(await look(1)).toHaveLength(1)
  })

  test('a login without pg_monitor gets the rest of the report, and each gap with how to close it', async () => {
    await database.run("CREATE ROLE reader LOGIN PASSWORD 'pa55'")
    const around = { earlier: await previousOf(database.url) }
    const report = await lookAtDatabase({ url: asLogin(database.url, 'reader:pa55'), around })
    expect(report.reachability.state).toBe('reachable')
    const unknown = report.topics.flatMap((each) => each.unknown)
    expect(unknown.length).toBeGreaterThan(2)
    expect(unknown.every(({ howToGet }) => howToGet !== null)).toBe(true)
    expect(topicOf(report, 'settings').tables[0]!.rows.length).toBeGreaterThan(5)
  })
})

describe('on the Postgres that comes along', () => {
  let server: TestPostgres
  beforeAll(async () => {
    server = await startTestPostgres()
  }, 60_000)
  afterAll(() => server.stop())

  test('every topic but statements is read', async () => {
    await sessionsOn(server.url).run('CREATE TABLE thing (id int PRIMARY KEY)')
    const earlier = await previousOf(server.url)
    const report = await lookAtDatabase({ url: server.url, around: { earlier } })
    expect(report.server).toMatchObject({ versionNumber: expect.any(Number), isInRecovery: false })
    expect([...new Set(report.topics.flatMap(({ unknown }) => unknown.map(({ reason }) => reason)))]).toEqual([
      'pg_stat_statements not installed',
    ])
  })
})

test('the age of transaction ids is told from its threshold on, with the oldest table', () => {
  const judged = (xidAge: number) => {
    const age = { database: 'orders', xidAge, multixactAge: 5, used: xidAge / 2_144_483_648, freezeMaxAge: 2e8 }
    const table = { schema: 'public', rows: 1, lastAutovacuum: null, lastVacuum: null, isAutovacuumed: true }
    const tables = [
      { ...table, table: 'busy', xidAge: 100, deadRows: 9_000 },
      { ...table, table: 'aged', xidAge, deadRows: 0 },
    ]
    const place = placeOf('postgres://reader@db:5432/orders')
    const around = { name: 'orders', place, thresholds: usualThresholds } as Around
    const ages = [{ ...age, isThis: true }]
    return vacuum.judge({ ages, tables, held: [], prepared: [] }, around, {} as ServerFacts).findings
  }
  expect(judged(8e8)).toEqual([])
  expect(judged(1e9)).toMatchObject([{ rule: 'db-xid-age', severity: 'warning' }])
  const [finding] = judged(1.8e9)
  expect(finding).toMatchObject({ severity: 'critical', object: { name: 'orders' } })
  expect(finding!.summary).toContain('83.9 % of the transaction ids of orders are used')
  expect(finding!.evidence).toContainEqual(expect.objectContaining({ quote: 'public.aged: 1800000000' }))
})
