import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { describeReal, startPostgres, testDatabase } from '@akashic/testbed'
import type { PostgresServer, TestDatabase } from '@akashic/testbed'
import { Client } from 'pg'
import { checkNow } from './testing/check-now.ts'

const check = (url: string, input: object = {}) => checkNow({ kind: 'postgres', url, degradedAfterMs: 4_000, ...input })

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

test('a server that answers SELECT 1 is operational', async () => {
  const result = await check(database.url)
  expect(result).toMatchObject({ outcome: 'operational', neverAnswered: false, remoteAddress: '127.0.0.1' })
  expect(result.timings.connectMs).toBeGreaterThan(0)
})

test('a database that is not there is an outage', async () => {
  const url = new URL(database.url)
  url.pathname = '/nowhere'
  expect(await check(url.href)).toMatchObject({ outcome: 'outage', neverAnswered: false, failure: { code: 'answer' } })
})

test('a server that closes the connection at once is an outage that did answer', async () => {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const result = await check(`postgres://user:secret@127.0.0.1:${port}/db`)
  server.close()
  expect(result).toMatchObject({ outcome: 'outage', neverAnswered: false, failure: { code: 'reset' } })
})

test('nothing of the environment is sent: no user, password or database that the check was not given', async () => {
  const variables = { PGUSER: 'env-user', PGPASSWORD: 'env-password', PGDATABASE: 'env-db', PGSSLMODE: 'require' }
  Object.assign(process.env, variables)
  const heard: Buffer[] = []
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      heard.push(bytes)
      // Asks for the password in clear, then closes.
      if (heard.length === 1) socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]))
      else socket.destroy()
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    await check(`postgres://127.0.0.1:${port}`, { timeout: '2s' })
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name]
    server.close()
  }
  expect(heard).toHaveLength(2)
  const said = Buffer.concat(heard).toString('latin1')
  expect(said).toContain('user\0postgres\0database\0postgres\0')
  expect(said).not.toContain('env-')
})

describeReal('postgres15', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.stop())

  test('bad credentials are degraded, not an outage, and are not repeated', async () => {
    const result = await check(server.url.replace('testbed', 'wrong-password'))
    expect(result).toMatchObject({
      outcome: 'degraded',
      neverAnswered: false,
      failure: { sentence: 'credentials refused' },
    })
    expect(JSON.stringify(result)).not.toContain('wrong-password')
  })

  test('TLS that is asked for and not offered is an outage', async () => {
    const result = await check(`${server.url}?sslmode=verify-full`)
    expect(result).toMatchObject({ outcome: 'outage', failure: { code: 'tls' } })
  })

  test('a server without connections to spare is an outage', async () => {
    const spare = await drain(server.url)
    const result = await check(server.url)
    await Promise.all(spare.map((client) => client.end()))
    expect(result).toMatchObject({
      outcome: 'outage',
      neverAnswered: false,
      failure: { sentence: 'too many connections' },
    })
  })

  test('a server that stands still times out; stopped it refuses; started again it is operational', async () => {
    server.pause()
    const still = await check(server.url, { timeout: '300ms' })
    expect(still).toMatchObject({ outcome: 'outage', neverAnswered: false, failure: { code: 'timeout' } })
    server.resume()
    await server.stop()
    expect(await check(server.url)).toMatchObject({
      outcome: 'outage',
      neverAnswered: true,
      failure: { code: 'refused' },
    })
    await server.start()
    expect(await check(server.url)).toMatchObject({ outcome: 'operational' })
  })
})

/** Takes every connection that the server has. */
async function drain(url: string): Promise<Client[]> {
  const taken: Client[] = []
  for (;;) {
    const client = new Client(url)
    try {
      await client.connect()
    } catch {
      return taken
    }
    taken.push(client)
  }
}
