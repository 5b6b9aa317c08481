import { describeReal } from '@akashic/testbed'
import {
  findingsOf,
  lookAtRedis,
  run,
  startRealRedis,
  topicOf,
  unknownsOf,
  type StartedRedis,
} from './testing/server.ts'

describeReal('redis', () => {
  let redis: StartedRedis
  beforeEach(async () => {
    redis = await startRealRedis({ settings: { 'latency-monitor-threshold': '100' } })
  })
  afterEach(() => redis.stop())
  const asReader = () => `redis://reader:pa55@127.0.0.1:${redis.server.port}`

  test('a login without rights is told each that is missing, and with those the report is whole', async () => {
    const admin = await redis.connect()
    await admin.call('ACL', 'SETUSER', 'reader', 'reset', 'on', '>pa55')
    const none = await lookAtRedis(asReader())
    expect(none).toMatchObject({ status: 'unknown', server: null, reachability: { state: 'reachable' } })
    expect(none.topics.every(({ status }) => status === 'unknown')).toBe(true)
    expect(findingsOf(none, 'db-unreachable')).toEqual([])
    for (let round = 0; round < 5; round++) {
      const gaps = unknownsOf(await lookAtRedis(asReader())).filter(
        ({ what }) => what !== 'how many keys are evicted now',
      )
      if (gaps.length === 0) break
      for (const { howToGet } of gaps) await run(admin, howToGet!.split(' '))
    }
    const whole = await lookAtRedis(asReader())
    expect(unknownsOf(whole).map(({ what }) => what)).toEqual(['how many keys are evicted now'])
    expect(whole.topics.every(({ isRead }) => isRead)).toBe(true)
    const [, granted] = /-@all ([^,]*)$/.exec(String(await admin.call('ACL', 'LIST')))!
    expect(granted!.split(' ').toSorted()).toEqual([
      '+client|list',
      '+config|get',
      '+info',
      '+latency|latest',
      '+ping',
      '+slowlog|get',
    ])
  }, 30_000)

  test('a gap takes nothing from what needs another right', async () => {
    const admin = await redis.connect()
    await admin.call('ACL', 'SETUSER', 'reader', 'reset', 'on', '>pa55', '+info', '+ping')
    const report = await lookAtRedis(asReader())
    expect(topicOf(report, 'memory')).toMatchObject({ isRead: true, unknown: [] })
    expect(topicOf(report, 'connections')).toMatchObject({
      isRead: true,
      unknown: [{ reason: 'user reader may not run CLIENT LIST', howToGet: 'ACL SETUSER reader +client|list' }],
    })
    expect(topicOf(report, 'slow')).toMatchObject({ status: 'unknown' })
    expect(topicOf(report, 'slow').unknown[0]).toMatchObject({ howToGet: 'ACL SETUSER reader +slowlog|get' })
  })

  test('a command that the provider took away is unknown, and nobody is told to grant it', async () => {
    const managed = await startRealRedis({ settings: { 'rename-command': 'CONFIG ""' } })
    try {
      const report = await lookAtRedis(managed.url)
      const reasons = topicOf(report, 'persistence').unknown
      expect(reasons).toEqual([
        {
          what: 'when it saves, and whether it refuses writes after a failure',
          reason: 'the server does not offer CONFIG GET: it is renamed or forbidden',
          howToGet: null,
        },
      ])
      expect(topicOf(report, 'persistence').isRead).toBe(true)
    } finally {
      await managed.stop()
    }
  })
})
