import { lookup } from 'node:dns'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { Connections } from './connections.ts'
import { UserClient } from './user-client.ts'

let server: Server
let port: number
let connected: number
let used: Connections
let user: UserClient

/** It answers with the path: `/late` after a while, everything else at once. */
beforeEach(async () => {
  connected = 0
  server = createServer((request, answer) => {
    request.resume()
    setTimeout(() => answer.end(request.url), request.url === '/late' ? 500 : 0)
  })
  server.on('connection', () => connected++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterEach(async () => {
  await used.close()
  server.closeAllConnections()
  server.close()
})

function use(lookUp: LookupFunction = lookup): void {
  used = new Connections({ origins: new Set([`http://localhost:${port}`]), lookup: lookUp }, 60_000)
  user = new UserClient(used, new AbortController().signal)
}
const send = async (path: string, { timeoutMs = 60_000, keepBody = true, host = 'localhost' } = {}) => {
  const options = { method: 'POST' as const, path, body: 'abc' }
  const answer = await user.send({ origin: `http://${host}:${port}`, options, bodyBytes: 3 }, { timeoutMs, keepBody })
  const { status, error, body, sentBytes, receivedBytes } = answer
  return { status, error, body, sentBytes, receivedBytes }
}
const answered = (body: string) => ({ status: 200, error: null, body, sentBytes: 3, receivedBytes: body.length })

test('one user has one connection, and the answer to each request in turn', async () => {
  use()
  for (const path of ['/a', '/late', '/b', '/c']) expect(await send(path)).toEqual(answered(path))
  expect(connected).toBe(1)
}, 30_000)

test('each request has its own timeout, longer or shorter than that before, and what is late is not taken for the next', async () => {
  use()
  const late = { status: 0, error: 'timeout', body: '', sentBytes: 3, receivedBytes: 0 }
  expect(await send('/a')).toEqual(answered('/a'))
  expect(await send('/late', { timeoutMs: 100 })).toEqual(late)
  expect(await send('/late')).toEqual(answered('/late'))
  expect(await send('/late', { timeoutMs: 100 })).toEqual(late)
  expect(await send('/b', { timeoutMs: 150 })).toEqual(answered('/b'))
  expect(await send('/late', { timeoutMs: 200 })).toEqual(late)
  expect(await send('/c')).toEqual(answered('/c'))
}, 30_000)

test('a body that nobody reads is counted and not kept', async () => {
  use()
  expect(await send('/a', { keepBody: false })).toEqual({ ...answered('/a'), body: '' })
}, 30_000)

test('the next request does not wait behind a connection that did not come', async () => {
  let asked = 0
  const silentAtFirst = (...args: Parameters<LookupFunction>): void => {
    if (asked++ > 0) lookup(...args)
  }
  use(silentAtFirst)
  expect(await send('/a', { timeoutMs: 100 })).toMatchObject({ error: 'timeout', sentBytes: 0 })
  expect(await send('/b')).toEqual(answered('/b'))
}, 30_000)

test('what may not be reached is refused, and connects to nothing', async () => {
  use()
  expect(await send('/a', { host: '127.0.0.1' })).toMatchObject({ status: 0, error: 'refused', sentBytes: 0 })
  expect(connected).toBe(0)
}, 30_000)
