import { findingsOf, asLogin, lookAtDatabase, onEachPostgres, previousOf, topicOf } from './testing/server.ts'

onEachPostgres((start) => {
  let database: Awaited<ReturnType<typeof start>>
  beforeAll(async () => {
    database = await start({ archive_mode: 'on', archive_command: '' })
  }, 60_000)
  afterAll(() => database.stop())

  test('a log that waits to be archived is told, though no command fails', async () => {
    await database.run('CREATE TABLE thing (id int)', 'SELECT pg_switch_wal()')
    const around = { earlier: await previousOf(database.url) }
    const look = (archiveWaitSeconds: number) =>
      lookAtDatabase({ url: database.url, only: 'wal', around, thresholds: { archiveWaitSeconds } })
    expect((await look(3_600)).status).toBe('healthy')
    const [finding] = findingsOf(await look(0), 'db-archiving-failing')
    expect(finding).toMatchObject({ severity: 'critical', reason: 'WalArchivingStalled' })
    expect(finding!.summary).toMatch(/^The log is not archived: \d files? waits?, the oldest for \d+ s, and none fails/)
  })

  test('to whom the waiting files are hidden it is unknown, with what to grant', async () => {
    await database.run("CREATE ROLE reader LOGIN PASSWORD 'pa55'")
    const around = { earlier: await previousOf(database.url) }
    const report = await lookAtDatabase({ url: asLogin(database.url, 'reader:pa55'), only: 'wal', around })
    expect(topicOf(report, 'wal')).toMatchObject({
      ...{ status: 'unknown', isRead: true },
      unknown: [{ what: 'how long the log waits to be archived', howToGet: 'GRANT pg_monitor TO reader' }],
    })
  })
})
