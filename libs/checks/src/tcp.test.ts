import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { freePort } from '@akashic/testbed'
import { checkNow } from './testing/check-now.ts'

let server: Server
const ended: Promise<void>[] = []
beforeAll(async () => {
  server = createServer((socket) => {
    ended.push(new Promise((resolve) => void socket.resume().once('end', resolve)))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => void server.close())

test('an open port is operational, and the connection is ended politely', async () => {
  const { port } = server.address() as AddressInfo
  const result = await checkNow({ kind: 'tcp', host: 'localhost', port })
  expect(result).toMatchObject({ outcome: 'operational', neverAnswered: false, remoteAddress: '127.0.0.1' })
  expect(result.timings.connectMs).toBeGreaterThanOrEqual(0)
  await Promise.all(ended)
})

test('a closed port is an outage that never answered', async () => {
  const result = await checkNow({ kind: 'tcp', host: 'localhost', port: await freePort() })
  expect(result).toMatchObject({
    outcome: 'outage',
    latencyMs: null,
    neverAnswered: true,
    failure: { code: 'refused' },
  })
})
