import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { makeAuthority, makeCertificate } from '@akashic/testbed'
import type { Principal } from '../identity/index.ts'
import { echoService, type EchoService } from './echo-service.ts'
import { createRpcClients, createRpcServer, serverStream, unary, type RpcServer, type RpcTls } from './index.ts'

const log = pino({ level: 'silent' })
const gateway: Principal = { id: 's1', name: 'gateway', kind: 'service', role: 'viewer' }

let dir: string
let server: RpcServer
let address: string
let ours: RpcTls
let strangers: RpcTls

/** An authority and a certificate that it signed for this address, as files. */
async function certificateFiles(name: string): Promise<RpcTls> {
  const authority = await makeAuthority()
  const { cert, key } = await makeCertificate({ authority })
  const file = (kind: string): string => join(dir, `${name}.${kind}.pem`)
  await writeFile(file('ca'), authority.cert)
  await writeFile(file('cert'), cert)
  await writeFile(file('key'), key)
  return { certFile: file('cert'), keyFile: file('key'), caFile: file('ca') }
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'akashic-tls-'))
  ours = await certificateFiles('ours')
  strangers = await certificateFiles('strangers')
  server = createRpcServer({
    listen: '127.0.0.1:0',
    log,
    metrics: new Registry(),
    tls: ours,
    verifyToken: async () => gateway,
  })
  server.add(echoService, {
    say: unary(async ({ text }: { text: string }) => ({ text })),
    count: serverStream(async () => {}),
  })
  address = await server.start()
})

afterAll(async () => {
  await server.stop(0)
  await rm(dir, { recursive: true })
})

async function say(tls: RpcTls | undefined): Promise<string> {
  const clients = createRpcClients({
    addressOf: () => address,
    signToken: async () => 'token',
    log,
    ...(tls && { tls }),
  })
  try {
    const { text } = await clients
      .client<EchoService>('echo', echoService)
      .say({ text: 'hello' }, { principal: gateway })
    return text
  } finally {
    await clients.close()
  }
}

test('a client with a certificate of the same authority is served', async () => {
  expect(await say(ours)).toBe('hello')
})

test('a client with a certificate of another authority is turned away by the server', async () => {
  await expect(say({ ...strangers, caFile: ours.caFile })).rejects.toMatchObject({ code: 'unavailable' })
})

test('a client that trusts another authority turns the server away', async () => {
  await expect(say({ ...ours, caFile: strangers.caFile })).rejects.toMatchObject({ code: 'unavailable' })
})

test('a client without TLS is turned away', async () => {
  await expect(say(undefined)).rejects.toMatchObject({ code: 'unavailable', message: 'echo cannot be reached' })
})

test('certificate files that cannot be read are named', () => {
  const tls = { ...ours, keyFile: join(dir, 'missing.pem') }
  const make = (): unknown => createRpcClients({ addressOf: () => address, signToken: async () => '', log, tls })
  expect(make).toThrow(
    expect.objectContaining({ code: 'failed_precondition', message: expect.stringContaining('missing.pem') }),
  )
})
