import { describeReal, eventually } from '@akashic/testbed'
import {
  asLogin,
  findingsOf,
  lookAtDatabase,
  onEachPostgres,
  startServer,
  topicOf,
  type StartedServer,
} from './testing/server.ts'

onEachPostgres((start) => {
  let database: Awaited<ReturnType<typeof start>>
  beforeAll(async () => {
    database = await start({}, 23)
    await database.run('CREATE TABLE stock (id int PRIMARY KEY, count int)', 'INSERT INTO stock VALUES (1, 5)')
  }, 60_000)
  afterEach(() => database.endSessions())
  afterAll(() => database.stop())

  test('sessions are told by application, user and state', async () => {
    const idle = await database.session('shop')
    await idle.query('SELECT 1')
    const { reachability, ...report } = await lookAtDatabase({ url: database.url, only: 'connections' })
    expect(reachability).toMatchObject({ state: 'reachable' })
    const { tables, status } = topicOf({ ...report, reachability }, 'connections')
    expect(status).toBe('healthy')
    expect(tables[0]!.rows).toContainEqual(
      expect.objectContaining({ application: 'shop', user: 'postgres', state: 'idle', sessions: 1 }),
    )
    expect(tables[0]!.rows).toContainEqual(expect.objectContaining({ application: 'akashic', state: 'active' }))
  })

  test('a session that is idle in a transaction and holds a lock is to blame, with the way out that names it alone', async () => {
    const holder = await database.session('shop')
    await holder.query('BEGIN')
    await holder.query("UPDATE stock SET count = 4711 WHERE id = 1 AND 'secret' <> ''")
    const waiter = await database.session('cart')
    const waiting = waiter.query('UPDATE stock SET count = 3 WHERE id = 1').catch(() => undefined)
    const report = await eventually(async () => {
      const seen = await lookAtDatabase({
        ...{ url: database.url, only: 'connections' },
        thresholds: { idleInTransactionSeconds: 1 },
      })
      expect(findingsOf(seen, 'db-idle-in-transaction')).toHaveLength(1)
      return seen
    })
    const [finding] = findingsOf(report, 'db-idle-in-transaction')
    const { processID } = holder as unknown as { processID: number }
    expect(finding).toMatchObject({
      severity: 'critical',
      object: { kind: 'Session', namespace: 'orders', name: `pid ${processID}` },
      blames: [{ strength: 'direct' }],
    })
    expect(finding!.summary).toContain('1 session waits for its locks')
    expect(JSON.stringify(report)).not.toContain('4711')
    expect(JSON.stringify(report)).not.toContain('secret')
    expect(finding!.remedies[0]).toMatchObject({ changes: 'nothing', isDestructive: false })
    const ending = finding!.remedies.find(({ isDestructive }) => isDestructive)!
    expect(ending.command).toContain(`pid = ${processID} AND backend_start = '`)
    // What it proposes ends that session, and no other.
    const statement = /-c "(.*)"$/.exec(ending.command!)![1]!
    expect((await (await database.session('admin')).query(statement)).rowCount).toBe(1)
    await waiting
    expect((await waiter.query('SELECT count FROM stock')).rows).toEqual([{ count: 3 }])
  })

  test('a database with few connections left tells who holds them', async () => {
    // Of the 20 that users can have we take one or two ourselves.
    for (let at = 0; at < 16; at++) await database.session('worker')
    const report = await lookAtDatabase({ url: database.url, only: 'connections' })
    const [finding] = findingsOf(report, 'db-connections-full')
    expect(finding).toMatchObject({ severity: 'warning', reason: 'ConnectionsNearlyExhausted' })
    expect(finding!.summary).toContain('worker (user postgres) holds 16 of them')
  })

  test('limits of the database and of a user count before those of the server', async () => {
    const admin = await database.session('admin')
    await admin.query("CREATE ROLE limited LOGIN PASSWORD 'pa55' CONNECTION LIMIT 3")
    const asLimited = asLogin(database.url, 'limited:pa55')
    for (let at = 0; at < 3; at++) await database.session('worker', asLimited)
    const look = (around = {}) => lookAtDatabase({ url: database.url, only: 'connections', around })
    const [finding] = findingsOf(await look(), 'db-connections-full')
    expect(finding).toMatchObject({ severity: 'critical', reason: 'ConnectionsExhausted' })
    expect(finding!.summary).toContain('3 of the 3 connections that user limited may have are taken')
    const run = async (title: RegExp) => {
      const remedy = finding!.remedies.find((each) => title.test(each.title))!
      await admin.query(/-c "(.*)"$/.exec(remedy.command!)![1]!)
    }
    await run(/^Raise the limit of user limited/)
    expect(findingsOf(await look(), 'db-connections-full')).toEqual([])
    await admin.query('ALTER DATABASE postgres CONNECTION LIMIT 6')
    const workload = { kind: 'Deployment', namespace: 'shop', name: 'web' }
    const report = await look({
      poolSize: 4,
      poolUsers: [{ cluster: 'main', workload, pods: 2, by: 'Deployment shop/web replicas', maxSurge: '0' }],
    })
    const [full] = findingsOf(report, 'db-connections-full')
    expect(full!.summary).toMatch(/^[56] of the 6 connections that database postgres may have/)
    expect(findingsOf(report, 'db-pool-arithmetic')[0]!.summary).toContain('may open 8 connections, and it gives 6')
    await admin.query('ALTER DATABASE postgres CONNECTION LIMIT -1')
  })

  test('a database without any connection left is told as such, when not even this reader gets one', async () => {
    await database.run("DO $$ BEGIN CREATE ROLE reader LOGIN PASSWORD 'pa55'; EXCEPTION WHEN OTHERS THEN NULL; END $$")
    for (let at = 0; at < 20; at++) await database.session('worker')
    const report = await lookAtDatabase({ url: asLogin(database.url, 'reader:pa55') })
    expect(report.reachability).toMatchObject({ state: 'too_many_connections', code: '53300' })
    expect(report.status).toBe('critical')
    expect(report.topics.every(({ status }) => status === 'unknown')).toBe(true)
    expect(JSON.stringify(report)).not.toContain('pa55')
  })

  test('a login without pg_monitor gets what it may see, and how to get the rest', async () => {
    await database.run("DO $$ BEGIN CREATE ROLE reader LOGIN PASSWORD 'pa55'; EXCEPTION WHEN OTHERS THEN NULL; END $$")
    await database.session('worker')
    const report = await lookAtDatabase({ url: asLogin(database.url, 'reader:pa55') })
    const { unknown, tables } = topicOf(report, 'connections')
    expect(unknown[0]).toMatchObject({ howToGet: 'GRANT pg_monitor TO reader' })
    expect(tables[0]!.rows).toContainEqual(expect.objectContaining({ application: 'worker', state: 'hidden' }))
  })

  test('a login that has pg_monitor and does not inherit it is told that it lacks the right', async () => {
    await database.run("CREATE ROLE noninheriting LOGIN NOINHERIT PASSWORD 'pa55'", 'GRANT pg_monitor TO noninheriting')
    await database.session('worker')
    const report = await lookAtDatabase({ url: asLogin(database.url, 'noninheriting:pa55') })
    expect(report.server).toMatchObject({ isMonitor: false })
    expect(topicOf(report, 'connections').unknown).toMatchObject([{ reason: expect.stringContaining('has no right') }])
    expect(topicOf(report, 'locks').unknown).toHaveLength(1)
  })

  test('the pools of all pods that there may be are held against the limit', async () => {
    const workload = { kind: 'Deployment', namespace: 'shop', name: 'web' }
    const by = 'HorizontalPodAutoscaler shop/web maxReplicas'
    const poolUsers = [{ cluster: 'main', workload, pods: 5, by, maxSurge: '0' }]
    const uncountedUsers = ['component mail (it names no workload)']
    const look = (poolSize: number) =>
      lookAtDatabase({ url: database.url, only: 'connections', around: { poolSize, poolUsers, uncountedUsers } })
    expect(findingsOf(await look(4), 'db-pool-arithmetic')).toEqual([])
    expect(topicOf(await look(4), 'connections').unknown).toMatchObject([
      { reason: 'not counted: component mail (it names no workload)' },
    ])
    const [finding] = findingsOf(await look(5), 'db-pool-arithmetic')
    expect(finding!.summary).toContain('may open 25 connections, and it gives 20: Deployment shop/web: 5 x 5')
    expect(finding!.evidence).toContainEqual(
      expect.objectContaining({ where: 'HorizontalPodAutoscaler shop/web maxReplicas', quote: '5' }),
    )
    const rolling = [{ ...poolUsers[0]!, maxSurge: '25%' }]
    const report = await lookAtDatabase({
      ...{ url: database.url, only: 'connections', around: { poolSize: 3, poolUsers: rolling } },
    })
    expect(findingsOf(report, 'db-pool-arithmetic')).toMatchObject([
      {
        summary: expect.stringContaining('may open 21 connections, and it gives 20: Deployment shop/web: (5 + 2) x 3;'),
        evidence: expect.arrayContaining([
          expect.objectContaining({ where: 'Deployment shop/web maxSurge', quote: '25%' }),
        ]),
      },
    ])
  })

  test('the pools of all databases of its server are held against what that gives', async () => {
    const user = (name: string, pods: number) => ({
      ...{ cluster: 'main', workload: { kind: 'Deployment', namespace: 'shop', name }, pods },
      ...{ by: `Deployment shop/${name} replicas`, maxSurge: '0' },
    })
    const look = async (pods: number) => {
      const poolsBeside = [{ database: 'mails', poolSize: 5, users: [user('mail', pods)] }]
      const around = { poolSize: 2, poolUsers: [user('web', 5)], poolsBeside }
      return findingsOf(
        await lookAtDatabase({ url: database.url, only: 'connections', around }),
        'db-pool-arithmetic',
      ).map(({ summary }) => summary)
    }
    expect(await look(2)).toEqual([])
    expect(await look(3)).toEqual([
      'Users of the databases of its server may open 25 connections, and it gives 20: Deployment shop/web: 5 x 2, Deployment shop/mail: 3 x 5 for database mails.',
    ])
  })
})

describeReal('postgres15', () => {
  let database: StartedServer
  beforeAll(async () => {
    database = await startServer({}, 540)
  }, 60_000)
  // So many sessions end soonest with their server.
  afterAll(() => database.stop())

  test('connections are all counted, also where each is named for itself', async () => {
    for (let at = 0; at < 520; at++) await database.session(`worker ${at}`)
    const report = await lookAtDatabase({ url: database.url, only: 'connections' })
    expect(topicOf(report, 'connections').says).toMatch(/^52\d of 537 connections are used$/)
    expect(findingsOf(report, 'db-connections-full')).toMatchObject([{ severity: 'critical' }])
  }, 60_000)
})
