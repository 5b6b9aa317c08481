import { describeReal, eventually, startPostgresReplica, type PostgresServer } from '@akashic/testbed'
import { findingsOf, lookAtDatabase, sessionsOn, startServer, topicOf, type StartedServer } from './testing/server.ts'

describeReal('postgres15', () => {
  let primary: StartedServer
  let replica: PostgresServer
  beforeAll(async () => {
    primary = await startServer()
    await primary.run('CREATE TABLE stock (id int, count int)')
    replica = await startPostgresReplica(primary.server, { maxConnections: 30 })
  }, 120_000)
  afterAll(async () => {
    await replica.stop()
    await primary.stop()
  })

  const look = (url: string, replicaLagSeconds: number) =>
    lookAtDatabase({ url, only: 'replication', thresholds: { replicaLagSeconds } })

  test('a replica that keeps up is well, and is told to be one', async () => {
    await eventually(async () => {
      const seen = await look(primary.url, 5)
      expect(topicOf(seen, 'replication').tables[0]!.rows).toMatchObject([{ name: 'walreceiver', state: 'streaming' }])
    }, 15_000)
    expect((await look(primary.url, 5)).status).toBe('healthy')
    const own = await lookAtDatabase({ url: replica.url })
    expect(own.server).toMatchObject({ isInRecovery: true })
    expect(topicOf(own, 'replication').status).toBe('healthy')
    expect(own.topics.filter(({ tables }) => tables.length === 0).map(({ topic }) => topic)).toEqual(['slow'])
  }, 30_000)

  test('of one that has replayed no transaction yet the bytes are told, and that the time is not known', async () => {
    const replicaSessions = sessionsOn(replica.url)
    await replicaSessions.run('SELECT pg_wal_replay_pause()')
    await primary.run('INSERT INTO stock VALUES (1, 1)')
    const session = await replicaSessions.session()
    expect((await session.query('SELECT pg_last_xact_replay_timestamp() AS at')).rows).toEqual([{ at: null }])
    const own = await eventually(async () => {
      const seen = topicOf(await look(replica.url, 5), 'replication')
      expect(seen.findings).toHaveLength(1)
      return seen
    }, 15_000)
    expect(own.says).toMatch(/^it is a replica, [1-9]\d* \w+ behind$/)
    expect(own.findings[0]!.summary).toMatch(/^This replica is [1-9]\d* \w+ behind what it received: its replay is/)
    expect(own.unknown).toMatchObject([{ reason: 'it has replayed no transaction since it started' }])
    await session.query('SELECT pg_wal_replay_resume()')
    await replicaSessions.endSessions()
    await eventually(async () => expect((await look(replica.url, 5)).status).toBe('healthy'), 15_000)
  }, 60_000)

  test('one that does not replay is told from both sides, with how to let it', async () => {
    const replicaSessions = sessionsOn(replica.url)
    await replicaSessions.run('SELECT pg_wal_replay_pause()')
    const fromPrimary = await eventually(async () => {
      await primary.run('INSERT INTO stock SELECT n, n FROM generate_series(1, 100) n')
      const seen = await look(primary.url, 1)
      expect(findingsOf(seen, 'db-replica-lag')).toHaveLength(1)
      return seen
    }, 15_000)
    const [finding] = findingsOf(fromPrimary, 'db-replica-lag')
    expect(finding).toMatchObject({ object: { kind: 'Replica', name: 'walreceiver' } })
    expect(finding!.summary).toContain('it has received that and does not replay it')
    const [own] = findingsOf(await look(replica.url, 1), 'db-replica-lag')
    expect(own).toMatchObject({ object: { kind: 'Database' }, blames: [{ because: 'its replay is paused' }] })
    const { command } = own!.remedies.find(({ title }) => title === 'Let it replay')!
    await replicaSessions.run(/-c "(.*)"$/.exec(command!)![1]!)
    await eventually(async () => expect((await look(primary.url, 1)).status).toBe('healthy'), 15_000)
  }, 60_000)

  test('one whose primary has gone is told', async () => {
    await primary.server.stop()
    await eventually(async () => {
      const [finding] = findingsOf(await look(replica.url, 5), 'db-replica-lag')
      expect(finding!.summary).toContain('it receives nothing from its primary')
    }, 15_000)
    await primary.server.start()
  }, 60_000)

  test('one that is fed from an archive is not told to be level with its primary, nor to lack one', async () => {
    await sessionsOn(replica.url).run(
      "ALTER SYSTEM SET primary_conninfo = ''",
      "ALTER SYSTEM SET restore_command = 'false'",
    )
    await replica.stop()
    await replica.start()
    const own = topicOf(await look(replica.url, 5), 'replication')
    expect(own).toMatchObject({
      ...{ status: 'unknown', says: 'it is a replica, and how far it is behind is not known', findings: [] },
      unknown: [{ reason: expect.stringContaining('fed from an archive') }],
    })
  }, 60_000)
})
