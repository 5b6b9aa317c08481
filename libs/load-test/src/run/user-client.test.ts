import { eventually } from '@akashic/testbed'
import { once } from 'node:events'
import { lookup } from 'node:dns'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { Connections } from './connections.ts'
import { UserClient } from './user-client.ts'

let server: Server
let used: Connections
let origin: string
let connections: Socket[]

/** It takes connections and never says a word, so that no TLS handshake ends. */
beforeEach(async () => {
  connections = []
  server = createServer((socket) => void connections.push(socket.on('error', () => undefined).resume()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  used = new Connections({ origins: new Set([origin]), lookup }, 60_000)
})
afterEach(async () => {
  await used.close()
  for (const connection of connections) connection.destroy()
  server.close()
})

const send = (timeoutMs: number, signal = new AbortController().signal) =>
  new UserClient(used, signal).send(
    { origin, options: { method: 'GET', path: '/' }, bodyBytes: 0 },
    { timeoutMs, keepBody: false },
  )

/** Ends well before it would give up by itself, which it does after ten seconds. */
const allEnded = () => eventually(() => expect(connections.every(({ closed }) => closed)).toBe(true))

test('a timeout holds while there is no connection yet, and ends the attempt at one', async () => {
  const { error, status, startedAt, endedAt } = await send(300)
  expect({ error, status }).toEqual({ error: 'timeout', status: 0 })
  expect(endedAt).toBeGreaterThan(startedAt)
  await allEnded()
}, 30_000)

test('so does an abort', async () => {
  const abort = new AbortController()
  const answer = send(60_000, abort.signal)
  await once(server, 'connection')
  abort.abort()
  expect(await answer).toMatchObject({ error: 'aborted', status: 0 })
  await allEnded()
}, 30_000)

test('what is still being connected ends with all the rest', async () => {
  const answer = send(60_000)
  await once(server, 'connection')
  await used.close()
  expect(await answer).toMatchObject({ status: 0, error: 'UND_ERR_DESTROYED' })
  await allEnded()
}, 30_000)

test('nothing is sent for what was aborted before', async () => {
  expect(await send(60_000, AbortSignal.abort())).toMatchObject({ error: 'aborted' })
  expect(connections).toEqual([])
}, 30_000)
