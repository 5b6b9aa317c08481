import { once } from 'node:events'
import { chown, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { describeReal, eventually, freePort, makeCertificate } from '@akashic/testbed'
import { classifyFailure, placeOf } from './reachability.ts'
import { findingsOf, lookAtDatabase, startServer, type StartedServer } from './testing/server.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A server that does something with each connection, and its address. */
async function serverThat(answers: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    answers(socket)
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `postgres://reader:pa55word@127.0.0.1:${(server.address() as AddressInfo).port}/shop`
}

/** Postgres' ErrorResponse to the first message. */
const refusesWith = (state: string, message: string) => (socket: Socket) =>
  socket.once('data', () => {
    const fields = Buffer.from(`SFATAL\0VFATAL\0C${state}\0M${message}\0\0`)
    const length = Buffer.alloc(4)
    length.writeInt32BE(fields.length + 4)
    socket.end(Buffer.concat([Buffer.from('E'), length, fields]))
  })

async function stateOf(url: string, readyWithin = 5_000) {
  const report = await lookAtDatabase({ url, readyWithin })
  expect(report.status).toBe('critical')
  expect(report.topics.every(({ status }) => status === 'unknown')).toBe(true)
  expect(findingsOf(report, 'db-unreachable')).toHaveLength(1)
  expect(JSON.stringify(report)).not.toMatch(/pa55word|testbed/)
  return report.reachability
}

test('a name that does not resolve', async () => {
  expect(await stateOf('postgres://reader:pa55word@db.invalid/shop')).toMatchObject({ state: 'name_not_found' })
})

test('a port on which nobody listens', async () => {
  const url = `postgres://reader:pa55word@127.0.0.1:${await freePort()}/shop`
  expect(await stateOf(url)).toMatchObject({ state: 'refused', code: 'ECONNREFUSED' })
})

test('a server that takes the connection and hangs is not one that cannot be reached', async () => {
  const url = await serverThat(() => undefined)
  expect(await stateOf(url, 400)).toMatchObject({ state: 'hangs' })
})

test('a server that closes the connection at once', async () => {
  expect(await stateOf(await serverThat((socket) => socket.destroy()))).toMatchObject({ state: 'broken_off' })
})

test.each([
  ['57P03', 'the database system is starting up', 'in_recovery'],
  ['57P03', 'the database system is in recovery mode', 'in_recovery'],
  ['57P03', 'the database system is not yet accepting connections', 'in_recovery'],
  ['57P03', 'the database system is shutting down', 'shutting_down'],
  ['53300', 'sorry, too many clients already', 'too_many_connections'],
  ['08P01', 'no more connections allowed (max_client_conn)', 'too_many_connections'],
  ['28000', 'no pg_hba.conf entry for host "10.0.0.1", user "reader", database "shop", no encryption', 'tls_failed'],
  [
    '28000',
    'no pg_hba.conf entry for host "10.0.0.1", user "reader", database "shop", SSL encryption',
    'login_refused',
  ],
  ['XX000', 'something else', 'failed'],
])('%s %s is %s', async (code, message, state) => {
  expect(await stateOf(await serverThat(refusesWith(code, message)))).toMatchObject({ state, code })
})

test.each([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate', 'tls_failed'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', "Hostname/IP does not match certificate's altnames", 'tls_failed'],
  ['EHOSTUNREACH', 'connect EHOSTUNREACH', 'no_route'],
  ['ETIMEDOUT', 'connect ETIMEDOUT', 'no_answer'],
])('%s is %s', (code, message, state) => {
  const place = placeOf('postgres://reader:pa55word@[::1]:6000/shop')
  const failure = classifyFailure(Object.assign(new Error(message), { code }), place, false)
  expect(failure).toMatchObject({ state, code })
  expect(failure.says).toContain('[::1]:6000')
})

describeReal('postgres15', () => {
  let database: StartedServer
  beforeAll(async () => {
    database = await startServer()
  }, 60_000)
  afterAll(() => database.stop())

  test('a wrong password, a user and a database that there are not, and TLS that the server does not speak', async () => {
    const { url } = database
    expect(await stateOf(url.replace(':testbed@', ':wrong@'))).toMatchObject({ state: 'login_refused', code: '28P01' })
    expect(await stateOf(url.replace('postgres:testbed@', 'nobody:x@'))).toMatchObject({ state: 'login_refused' })
    expect(await stateOf(url.replace(/\/postgres$/, '/nowhere'))).toMatchObject({ state: 'database_missing' })
    expect(await stateOf(`${url}?sslmode=require`)).toMatchObject({ state: 'tls_failed' })
  })

  test('a certificate that nobody trusts, and one that is not asked for', async () => {
    const { cert, key } = await makeCertificate()
    const { uid, gid } = await stat(database.server.folder)
    for (const [name, text] of Object.entries({ 'server.crt': cert, 'server.key': key })) {
      const path = join(database.server.folder, name)
      await writeFile(path, text, { mode: 0o600 })
      await chown(path, uid, gid)
    }
    await database.run("ALTER SYSTEM SET ssl = 'on'", 'SELECT pg_reload_conf()')
    await eventually(async () => {
      const failure = await stateOf(`${database.url}?sslmode=verify-full`)
      expect(failure).toMatchObject({ state: 'tls_failed', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    })
    const report = await lookAtDatabase({ url: `${database.url}?sslmode=no-verify`, only: 'connections' })
    expect(report.reachability.state).toBe('reachable')
  })
})
