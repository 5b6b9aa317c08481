import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { freePort, startHttp } from '@akashic/testbed'
import type { HttpServer } from '@akashic/testbed'
import { checkNow } from './testing/check-now.ts'

let server: HttpServer
let answer: RequestListener = (_, response) => response.end('ok')
beforeAll(async () => {
  server = await startHttp((request, response) => answer(request, response))
})
afterAll(() => server.stop())
beforeEach(() => {
  answer = (_, response) => response.end('ok')
})

const check = (input: object = {}) => checkNow({ kind: 'http', url: server.url, ...input })

test('an expected answer is operational, with a timer for each phase of it', async () => {
  const result = await check({ url: server.url.replace('127.0.0.1', 'localhost') })
  expect(result).toMatchObject({ outcome: 'operational', neverAnswered: false, remoteAddress: '127.0.0.1' })
  expect(result.failure).toBeUndefined()
  const { dnsMs, connectMs, firstByteMs } = result.timings
  expect([dnsMs, connectMs, firstByteMs].every((ms) => ms !== undefined && ms >= 0)).toBe(true)
  expect(dnsMs! + connectMs! + firstByteMs!).toBeLessThanOrEqual(result.latencyMs! + 1)
})

test('a refused connection is an outage that never answered, and its sentence gives no address away', async () => {
  const port = await freePort()
  const result = await check({ url: `http://127.0.0.1:${port}/` })
  expect(result).toMatchObject({ outcome: 'outage', latencyMs: null, neverAnswered: true })
  expect(result.failure).toMatchObject({ code: 'refused', sentence: 'connection refused' })
  expect(result.failure?.detail).toContain(`127.0.0.1:${port}`)
})

test('a server that accepts and never answers is timed out, and its connection is closed', async () => {
  const closed = new Promise((resolve) => {
    answer = (request) => request.socket.once('close', resolve)
  })
  const result = await check({ timeout: '200ms' })
  expect(result).toMatchObject({ outcome: 'outage', neverAnswered: false })
  expect(result.failure).toMatchObject({ code: 'timeout', sentence: 'timed out after 200 ms' })
  await closed
})

test('a body that never ends is timed out too', async () => {
  answer = (_, response) => void response.writeHead(200).write('the beginning')
  expect(await check({ timeout: '200ms' })).toMatchObject({ outcome: 'outage', failure: { code: 'timeout' } })
})

test('a name that does not exist is an outage', async () => {
  const result = await check({ url: 'http://no-such-host.invalid/' })
  expect(result).toMatchObject({ outcome: 'outage', neverAnswered: true, failure: { code: 'dns' } })
})

test('an unexpected status is degraded, and an outage only when downOn lists it', async () => {
  answer = (_, response) => response.writeHead(503).end()
  expect(await check()).toMatchObject({ outcome: 'degraded', failure: { sentence: 'answered with status 503' } })
  expect(await check({ downOn: ['5xx'] })).toMatchObject({ outcome: 'outage', neverAnswered: false })
  expect(await check({ downOn: [502] })).toMatchObject({ outcome: 'degraded' })
  expect(await check({ expectStatus: [503] })).toMatchObject({ outcome: 'operational' })
})

test('method, headers and body are sent as configured', async () => {
  answer = async (request, response) => {
    const chunks = await request.toArray()
    response.end(`${request.method} ${request.headers['x-team']} ${Buffer.concat(chunks).toString()}`)
  }
  const input = {
    method: 'POST',
    headers: { 'X-Team': 'payments' },
    body: 'ping ✓',
    expectBody: 'POST payments ping ✓',
  }
  expect(await check(input)).toMatchObject({ outcome: 'operational' })
})

test('an answer slower than degradedAfterMs is degraded and says how long it took', async () => {
  answer = (_, response) => void setTimeout(() => response.end('ok'), 60)
  const result = await check({ degradedAfterMs: 50 })
  expect(result).toMatchObject({ outcome: 'degraded', failure: { code: 'slow' } })
  expect(result.failure?.sentence).toMatch(/^slow: took \d+ ms$/)
  expect(await check({ degradedAfterMs: 4_000 })).toMatchObject({ outcome: 'operational' })
})

test('a body is searched for a text, a pattern, or a value at a JSON path', async () => {
  answer = (_, response) => response.end('{"checks":[{"name":"db","ok":true}],"version":"2.4.1"}')
  expect(await check({ expectBody: '"version"' })).toMatchObject({ outcome: 'operational' })
  expect(await check({ expectBody: '/"version":"2\\.\\d+/' })).toMatchObject({ outcome: 'operational' })
  expect(await check({ expectBody: '/"version":"3/' })).toMatchObject({
    outcome: 'degraded',
    failure: { code: 'body' },
  })
  expect(await check({ expectJson: { path: '$.checks[0].ok', equals: true } })).toMatchObject({
    outcome: 'operational',
  })
  const wrong = await check({ expectJson: { path: '$.checks[0].ok', equals: false } })
  expect(wrong).toMatchObject({ outcome: 'degraded', failure: { sentence: 'unexpected answer' } })
  expect(wrong.failure?.detail).toContain('$.checks[0].ok is true; expected false')
})

test('no more than a mebibyte of a body is read, and what lies beyond is not found', async () => {
  let sent = 0
  answer = (_, response) => {
    const chunk = Buffer.alloc(65_536, 'x')
    const push = (): void => {
      while (!response.destroyed) {
        sent += chunk.length
        if (!response.write(chunk)) break
      }
    }
    response.on('drain', push)
    push()
  }
  const result = await check({ expectBody: 'needle' })
  expect(result).toMatchObject({ outcome: 'degraded', failure: { code: 'body' } })
  expect(result.failure!.detail.length).toBeLessThanOrEqual(1_000)
  expect(sent).toBeLessThan(16 * 1_048_576)
})

test('an event stream counts as answered once it begins', async () => {
  answer = (_, response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n')
  expect(await check({ timeout: '2s' })).toMatchObject({ outcome: 'operational' })
})

test('a connection closed before the answer, and an answer that is not HTTP, are outages', async () => {
  answer = (request) => request.socket.destroy()
  expect(await check()).toMatchObject({ outcome: 'outage', neverAnswered: false, failure: { code: 'reset' } })
  answer = (request) => request.socket.end('220 mail.example.org ESMTP\r\n')
  expect(await check()).toMatchObject({ outcome: 'outage', failure: { sentence: 'answer is not HTTP' } })
})

test('each check opens a connection of its own', async () => {
  const ports = new Set<number | undefined>()
  answer = (request, response) => {
    ports.add(request.socket.remotePort)
    response.end()
  }
  await check()
  await check()
  expect(ports.size).toBe(2)
})

test('a check that is stopped says nothing of the target, and lets go of the connection', async () => {
  const stop = new AbortController()
  const closed = new Promise<void>((resolve) => {
    answer = (request) => {
      void once(request.socket, 'close').then(() => resolve())
      stop.abort()
    }
  })
  const result = await checkNow({ kind: 'http', url: server.url }, { signal: stop.signal })
  expect(result).toMatchObject({ outcome: 'unknown', neverAnswered: false, failure: { code: 'cancelled' } })
  await closed
})

test('credentials that a target echoes do not reach the detail', async () => {
  answer = (request, response) => response.end(`${request.headers.authorization} ${request.url}`)
  const url = `${server.url}/?key=opensesame42`
  const result = await check({ url, headers: { Authorization: 'Bearer tok-12345' }, expectBody: 'welcome' })
  expect(result.outcome).toBe('degraded')
  expect(result.failure?.detail).toContain('***')
  expect(result.failure?.detail).not.toMatch(/tok-12345|opensesame42/)
})
