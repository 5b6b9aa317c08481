import { eventually } from '@akashic/testbed'
import { findingsOf, lookAtDatabase, onEachPostgres, previousOf, topicOf } from './testing/server.ts'

onEachPostgres((start) => {
  let database: Awaited<ReturnType<typeof start>>
  beforeAll(async () => {
    database = await start()
  }, 60_000)
  afterEach(() => database.endSessions())
  afterAll(() => database.stop())

  test('checkpoints that were forced lately are told, and not those of before, nor without knowing which were', async () => {
    const look = (earlier: Awaited<ReturnType<typeof previousOf>>) =>
      lookAtDatabase({ url: database.url, only: 'wal', around: { earlier } })
    const forced = async (earlier: Awaited<ReturnType<typeof previousOf>>) =>
      findingsOf(await look(earlier), 'db-checkpoints-forced').map(({ summary }) => summary)
    const force = () => database.run(...Array.from({ length: 11 }, () => 'CHECKPOINT'))
    const counted = ({ tables }: ReturnType<typeof topicOf>) =>
      Number(tables[0]!.rows.find(({ what }) => what === 'checkpoints forced or asked for')!['value'])
    await force()
    await eventually(async () => expect(counted(topicOf(await look(null), 'wal'))).toBeGreaterThanOrEqual(11))
    const uncompared = topicOf(await look(null), 'wal')
    expect(await forced(null)).toEqual([])
    expect(uncompared.unknown).toMatchObject([{ what: 'how many checkpoints were forced lately' }])
    expect(uncompared.mayHold!({ rule: 'db-checkpoints-forced', evidence: [] })).toBe(true)
    const earlier = await previousOf(database.url, 3_540_000)
    const quiet = topicOf(await look(earlier), 'wal')
    expect(await forced(earlier)).toEqual([])
    expect(quiet.unknown).toEqual([])
    expect(quiet.mayHold!({ rule: 'db-checkpoints-forced', evidence: [] })).toBe(false)
    const shortly = topicOf(await look(await previousOf(database.url)), 'wal')
    expect(shortly.mayHold!({ rule: 'db-checkpoints-forced', evidence: [] })).toBe(true)
    await force()
    await eventually(async () =>
      expect(await forced(earlier)).toEqual([
        expect.stringMatching(/^1\d of 1\d checkpoints \(.*\) of the last \S+ .*did not wait for the clock/),
      ]),
    )
    expect(await forced(await previousOf(database.url))).toEqual([])
    const admin = await database.session('admin')
    await admin.query("SELECT pg_stat_reset_shared('bgwriter')")
    const { rows } = await admin.query("SELECT to_regclass('pg_stat_checkpointer') IS NOT NULL AS own")
    if ((rows as [{ own: boolean }])[0].own) await admin.query("SELECT pg_stat_reset_shared('checkpointer')")
    expect(await forced(earlier)).toEqual([])
    const anew = topicOf(await look(earlier), 'wal')
    expect(anew.mayHold!({ rule: 'db-checkpoints-forced', evidence: [] })).toBe(true)
    await force()
    await eventually(async () => expect(await forced(earlier)).toHaveLength(1))
  })
})
