import type { Socket } from 'node:net'
import { describeReal, eventually } from '@akashic/testbed'
import { parseSlowLog } from './slow-log.ts'
import { findingsOf, lookAtRedis, serverThat, startRealRedis, topicOf, type StartedRedis } from './testing/server.ts'

describeReal('redis', () => {
  let redis: StartedRedis
  beforeAll(async () => {
    redis = await startRealRedis({ settings: { 'enable-debug-command': 'yes', 'latency-monitor-threshold': '50' } })
  })
  afterEach(() => redis.endClients())
  afterAll(() => redis.stop())

  const look = () => lookAtRedis(redis.url, { only: 'slow' })

  test('a command that held all others up is told by its name and client, never by what it was about', async () => {
    const shop = await redis.connect('shop-web')
    const workload = { kind: 'Deployment', namespace: 'shop', name: 'web' }
    const pod = { kind: 'Pod', namespace: 'shop', name: 'web-7' }
    await shop.eval(
      `local n = 0; while n < 1e8 do n = n + 1 end; return redis.call('SET', KEYS[1], ARGV[1])`,
      ...([1, 'person:ada@example.org', 'hunter2'] as const),
    )
    await shop.call('DEBUG', 'SLEEP', '1.1')
    const report = await lookAtRedis(redis.url, {
      around: { ownerOf: (address) => (address === '127.0.0.1' ? { pod, workload } : null) },
    })
    const found = findingsOf(report, 'redis-slow-command')
    expect(found.map(({ object, severity }) => [object.name, severity])).toEqual(
      expect.arrayContaining([
        ['DEBUG SLEEP', 'critical'],
        ['EVAL', expect.stringMatching(/warning|critical/)],
      ]),
    )
    const eval_ = found.find(({ object }) => object.name === 'EVAL')!
    expect(eval_.summary).toContain('by web-7; nobody else was served meanwhile')
    expect(eval_.involves).toContainEqual(workload)
    expect(eval_.evidence).toContainEqual(
      expect.objectContaining({ where: 'SLOWLOG GET command', quote: 'EVAL, with 4 arguments' }),
    )
    expect(eval_.evidence).toContainEqual(expect.objectContaining({ quote: 'shop-web' }))
    expect(JSON.stringify(report)).not.toMatch(/hunter2|ada@example|while n/)
    // The server notes it as a spike as well.
    expect(findingsOf(report, 'redis-latency-spike')).toMatchObject([{ part: 'command' }])
  }, 20_000)

  test('what lies longer back than a while is no trouble any more', async () => {
    const shop = await redis.connect()
    await shop.call('DEBUG', 'SLEEP', '0.2')
    expect(findingsOf(await look(), 'redis-slow-command')).not.toEqual([])
    const later = await lookAtRedis(redis.url, { only: 'slow', thresholds: { slowSeconds: -1 } })
    expect(findingsOf(later, 'redis-slow-command')).toEqual([])
  })

  test('a log that notes nothing, or too late, is unknown, with how to get it', async () => {
    const shop = await redis.connect()
    await shop.config('SET', 'slowlog-log-slower-than', '-1')
    const { unknown, status } = topicOf(await look(), 'slow')
    expect(unknown).toMatchObject([{ reason: expect.stringContaining('none is noted') }])
    const [config, set, ...words] = unknown[0]!.howToGet!.split(' ')
    await shop.call(config!, set!, ...words)
    expect(['warning', 'critical', 'unknown']).toContain(status)
    expect(topicOf(await look(), 'slow').unknown).toEqual([])
  })

  test('commands by the time that they took in all are told', async () => {
    const { tables } = topicOf(await look(), 'slow')
    expect(tables[1]!.rows[0]).toMatchObject({ name: expect.stringMatching(/debug|eval/), calls: expect.any(Number) })
  })
})

const bulk = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n')])
const entry = (at: number, words: readonly Buffer[]): Buffer =>
  Buffer.concat([
    Buffer.from(`*6\r\n:${at}\r\n:${at}\r\n:5000000\r\n*${words.length}\r\n`),
    ...words.map(bulk),
    bulk(Buffer.from('\u001b]0;owned\u0007\u202e[::1]:5000', 'utf8')),
    bulk(Buffer.concat([Buffer.from('web\0\r\n\u001b[31m'), Buffer.of(0xff, 0xfe)])),
  ])

test('entries of hostile texts are read: bytes that are no text, a megabyte, terminal escapes, NUL', async () => {
  const now = Math.floor(Date.now() / 1_000)
  const entries = [
    entry(now, [Buffer.from('SET'), Buffer.alloc(1_048_576, 'x')]),
    entry(now, [Buffer.concat([Buffer.from('GET\u001b[2J\0'), Buffer.of(0xff)]), Buffer.from('secret')]),
    entry(now, [Buffer.alloc(1_048_576, 0xff)]),
    entry(now, []),
    Buffer.from(':7\r\n'),
    Buffer.from('*2\r\n:1\r\n$-1\r\n'),
  ]
  const log = Buffer.concat([Buffer.from(`*${entries.length}\r\n`), ...entries])
  const info = `redis_version:7.0.15\u001b[31m\r\nserver_time_usec:${now}000000\r\n__proto__:1\r\ncmdstat_\u001b[2Jx:calls=1,usec=5\r\n`
  const answers: readonly (readonly [RegExp, Buffer])[] = [
    [/slowlog/i, log],
    [/info/i, bulk(Buffer.from(info))],
    [/config/i, Buffer.from('*0\r\n')],
    [/./, Buffer.from('+OK\r\n')],
  ]
  const server = await serverThat((socket: Socket) =>
    socket.on('data', (chunk) => socket.write(answers.find(([word]) => word.test(chunk.toString('latin1')))![1])),
  )
  try {
    const report = await eventually(() => lookAtRedis(server.url, { only: 'slow' }))
    const found = findingsOf(report, 'redis-slow-command')
    expect(found.map(({ object }) => object.name)).toEqual(['SET', 'unknown'])
    const text = JSON.stringify(report)
    expect(text).not.toMatch(/secret|xxxx/)
    // JSON would write controls as escapes.
    expect(text).not.toMatch(/\\u00[01]|\u202e|\\ud/)
    expect(text.length).toBeLessThan(20_000)
  } finally {
    server.stop()
  }
})

test('the name of a command is its first word, or two; the number of its arguments counts what was left out', () => {
  const words = (...all: readonly string[]) => [[1, 1, 1_000, all.map((each) => Buffer.from(each))]]
  const named = (...all: readonly string[]) =>
    parseSlowLog(words(...all)).map((each) => [each.command, each.argumentCount])
  expect(named('get', 'key')).toEqual([['GET', 1]])
  expect(named('config', 'set', 'requirepass', 'x')).toEqual([['CONFIG SET', 2]])
  expect(named('mset', 'a', '1', '... (99 more arguments)')).toEqual([['MSET', 101]])
  expect(named('client', 'not a word')).toEqual([['CLIENT', 1]])
})
