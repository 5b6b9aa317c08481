import { connect, type Socket } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { sql } from '@akashic/shared/postgres'
import { describeReal, eventually, freePort, makeCertificate } from '@akashic/testbed'
import { openDatabaseClient } from '../database/database-client.ts'
import {
  engineOf,
  findingsOf,
  lookAndSample,
  lookAtRedis,
  serverThat,
  startRealRedis,
  topicOf,
} from './testing/server.ts'

const stops: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

async function started(options: Parameters<typeof startRealRedis>[0] = {}) {
  const redis = await startRealRedis(options)
  stops.push(() => redis.stop())
  return redis
}

async function fake(answers: (socket: Socket) => void): Promise<string> {
  const server = await serverThat(answers)
  stops.push(server.stop)
  return server.url
}

async function failureOf(url: string, readyWithin = 5_000) {
  const report = await lookAtRedis(url, { readyWithin })
  expect(report).toMatchObject({ status: 'critical', server: null })
  expect(report.topics.every(({ status, isRead }) => status === 'unknown' && !isRead)).toBe(true)
  const [finding, ...others] = findingsOf(report, 'db-unreachable')
  expect(others).toEqual([])
  expect(finding!.remedies[0]).toMatchObject({ changes: 'nothing', command: expect.stringContaining('redis-cli -h ') })
  expect(JSON.stringify(report)).not.toContain('pa55word')
  return report.reachability
}

test('a name that does not resolve, and a port on which nobody listens', async () => {
  expect(await failureOf('redis://:pa55word@cache.invalid')).toMatchObject({ state: 'name_not_found' })
  const refused = await failureOf(`redis://:pa55word@127.0.0.1:${await freePort()}`)
  expect(refused).toMatchObject({ state: 'refused', code: 'ECONNREFUSED' })
})

test('a server that takes the connection and hangs', async () => {
  expect(await failureOf(await fake(() => undefined))).toMatchObject({ state: 'hangs' })
}, 10_000)

test('a server that closes the connection at once', async () => {
  expect(await failureOf(await fake((socket) => socket.destroy()))).toMatchObject({ state: 'broken_off' })
})

test('what is no Redis, and what never ends', async () => {
  const http = await fake((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
  expect(await failureOf(http)).toMatchObject({ state: 'failed', says: expect.stringContaining('not of Redis') })
  const megabyte = Buffer.alloc(1_048_576, 'x')
  const endless = await fake((socket) => {
    socket.once('data', () => socket.write('$9000000000\r\n'))
    const pour = (): void => {
      while (!socket.destroyed && socket.write(megabyte));
    }
    socket.on('drain', pour).once('data', pour)
  })
  expect(await failureOf(endless)).toMatchObject({ state: 'failed', says: expect.stringContaining('without an end') })
}, 20_000)

test.each([
  ['-ERR max number of clients reached', 'too_many_connections'],
  ['-DENIED Redis is running in protected mode because protected mode is enabled', 'login_refused'],
  ["-ERR unknown command 'AUTH', with args beginning with: 'reader' 'pa55word'", 'login_refused'],
])('%s before or at the login is %s', async (reply, state) => {
  expect(await failureOf(await fake((socket) => socket.end(`${reply}\r\n`)))).toMatchObject({ state })
  const asked = await fake((socket) => socket.once('data', () => socket.end(`${reply}\r\n`)))
  expect(await failureOf(asked)).toMatchObject({ state })
})

test('a server that loads its data tells how far it is', async () => {
  const info = 'redis_version:7.0.15\r\nloading:1\r\nloading_loaded_perc:41.50\r\nloading_eta_seconds:12\r\n'
  const url = await fake((socket) =>
    socket.on('data', (chunk) => {
      const isAuth = /auth/i.test(chunk.toString())
      socket.write(isAuth ? '+OK\r\n' : `$${info.length}\r\n${info}\r\n`)
    }),
  )
  expect(await failureOf(url)).toMatchObject({
    state: 'loading',
    says: expect.stringContaining('41.50 % are loaded, and the rest takes about 12 s'),
  })
})

describeReal('redis', () => {
  test('what takes no connection and refuses none is told from what hangs after it took one', async () => {
    const redis = await started({ settings: { 'tcp-backlog': '1' } })
    redis.server.pause()
    const waiting: Socket[] = []
    try {
      // The kernel takes as many as may wait, and then drops what comes.
      const unanswered = await eventually(async () => {
        waiting.push(connect(redis.server.port, '127.0.0.1').on('error', () => undefined))
        const reachability = await failureOf(redis.url, 400)
        expect(reachability.state).toBe('no_answer')
        return reachability
      }, 20_000)
      expect(unanswered.says).toContain('does not answer: a firewall or policy drops the packets')
      const postgres = openDatabaseClient({ url: `postgres://x:y@127.0.0.1:${redis.server.port}/d`, readyWithin: 400 })
      await expect(postgres.read(sql`SELECT 1`)).rejects.toMatchObject({ failure: { state: 'no_answer' } })
      postgres.close()
    } finally {
      redis.server.resume()
      for (const socket of waiting) socket.destroy()
    }
  }, 40_000)

  test('a wrong password, none, and one that nobody asked for', async () => {
    const locked = await started({ password: 'pa55word' })
    expect(await failureOf(locked.url.replace('pa55word', 'wrong'))).toMatchObject({
      state: 'login_refused',
      code: 'WRONGPASS',
    })
    expect(await failureOf(`redis://nobody:pa55word@127.0.0.1:${locked.server.port}`)).toMatchObject({
      state: 'login_refused',
    })
    const none = await failureOf(`redis://127.0.0.1:${locked.server.port}`)
    expect(none).toMatchObject({ state: 'login_refused', says: expect.stringContaining('it wants a password') })
    const open = await started()
    expect(await failureOf(`redis://:pa55word@127.0.0.1:${open.server.port}`)).toMatchObject({
      state: 'login_refused',
      says: expect.stringContaining('it has no password, and one was sent'),
    })
    expect((await lookAtRedis(locked.url)).reachability.state).toBe('reachable')
  }, 20_000)

  test('a server that takes no more clients', async () => {
    const redis = await started({ settings: { maxclients: '5' } })
    for (let at = 0; at < 5; at++) await redis.connect()
    expect(await failureOf(redis.url)).toMatchObject({ state: 'too_many_connections' })
    redis.endClients()
    await eventually(async () => expect((await lookAtRedis(redis.url)).reachability.state).toBe('reachable'))
  }, 20_000)

  test('a server that sleeps hangs; one in a script that does not end is busy', async () => {
    const redis = await started({ settings: { 'enable-debug-command': 'yes', 'busy-reply-threshold': '50' } })
    const shop = await redis.connect()
    void shop.call('DEBUG', 'SLEEP', '3').catch(() => undefined)
    expect(await failureOf(redis.url)).toMatchObject({ state: 'hangs' })
    await shop.ping()
    void shop.eval('while true do end', 0).catch(() => undefined)
    await eventually(
      async () => expect(await failureOf(redis.url)).toMatchObject({ state: 'busy', code: 'BUSY' }),
      8_000,
    )
    await (await redis.connect()).call('SCRIPT', 'KILL')
    await eventually(async () => expect((await lookAtRedis(redis.url)).reachability.state).toBe('reachable'))
  }, 30_000)

  test('one that dies in the middle of a look takes along only what was not read', async () => {
    const redis = await started({ settings: { 'enable-debug-command': 'yes' } })
    const engine = engineOf(redis.url)
    const { topics } = engine
    // The first topic that asks something else is answered by nobody.
    const dying = {
      ...engine,
      reach: async (around: Parameters<typeof engine.reach>[0]) => {
        const reached = await engine.reach(around)
        await redis.server.kill()
        return reached
      },
    }
    const { report } = await lookAndSample(dying)
    expect(report.reachability.state).toBe('reachable')
    expect(topicOf(report, 'memory')).toMatchObject({ isRead: true, unknown: [] })
    expect(topicOf(report, 'keyspace')).toMatchObject({ isRead: true, unknown: [] })
    expect(topicOf(report, 'slow')).toMatchObject({
      ...{ status: 'unknown', isRead: false },
      unknown: [{ reason: expect.stringMatching(/broke the connection off/) }],
    })
    expect(report.topics).toHaveLength(topics.length)
    expect((await lookAndSample(engine)).report.reachability.state).toBe('refused')
  }, 20_000)

  test('two looks at a time have a connection each, others wait, and none is left', async () => {
    const redis = await started()
    const admin = await redis.connect('admin')
    const before = Number(/total_connections_received:(\d+)/.exec(await admin.info('stats'))![1])
    const engine = engineOf(redis.url)
    let most = 0
    const watching = setInterval(() => {
      void admin.info('clients').then((info) => {
        most = Math.max(most, Number(/connected_clients:(\d+)/.exec(info)![1]) - 1)
      })
    }, 1)
    const looks = await Promise.all(Array.from({ length: 8 }, () => lookAndSample(engine)))
    clearInterval(watching)
    expect(looks.map(({ report }) => report.reachability.state)).toEqual(Array(8).fill('reachable'))
    expect(most).toBeLessThanOrEqual(2)
    expect(Number(/total_connections_received:(\d+)/.exec(await admin.info('stats'))![1])).toBe(before + 8)
    await eventually(async () => expect(await admin.info('clients')).toContain('connected_clients:1\r'))
  }, 20_000)

  test('a look that passes its deadline is told, and leaves no connection', async () => {
    const redis = await started({ settings: { 'enable-debug-command': 'yes' } })
    const shop = await redis.connect()
    void shop.call('DEBUG', 'SLEEP', '1.5').catch(() => undefined)
    const report = await lookAtRedis(redis.url, { deadlineMs: 300 })
    expect(report.reachability).toMatchObject({ state: 'hangs', says: expect.stringContaining('in time') })
    await eventually(async () => expect(await shop.info('clients')).toContain('connected_clients:1\r'), 10_000)
  }, 20_000)

  test('TLS: trusted it is read; untrusted, to a port without it and without it to a port with it is told', async () => {
    const certificate = await makeCertificate()
    const redis = await started({ tls: certificate })
    expect(await failureOf(redis.url)).toMatchObject({ state: 'tls_failed', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    const trusted = getCACertificates()
    setDefaultCACertificates([...trusted, certificate.cert])
    try {
      expect((await lookAtRedis(redis.url)).reachability.state).toBe('reachable')
    } finally {
      setDefaultCACertificates(trusted)
    }
    expect(await failureOf(redis.url.replace('rediss:', 'redis:'))).toMatchObject({ state: 'broken_off' })
    const plain = await started()
    expect(await failureOf(plain.url.replace('redis:', 'rediss:'))).toMatchObject({ state: 'tls_failed' })
  }, 20_000)
})
