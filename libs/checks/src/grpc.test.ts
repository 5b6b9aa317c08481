import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { freePort, makeAuthority, makeCertificate, startGrpcHealth, startHttp } from '@akashic/testbed'
import type { GrpcHealthServer } from '@akashic/testbed'
import { checkNow } from './testing/check-now.ts'

let server: GrpcHealthServer
beforeAll(async () => {
  server = await startGrpcHealth()
})
afterAll(() => server.stop())

const trusted = getCACertificates('default')
afterAll(() => setDefaultCACertificates(trusted))

const check = (input: object = {}) => checkNow({ kind: 'grpc', host: 'localhost', port: server.port, ...input })

test('a serving server is operational', async () => {
  expect(await check()).toMatchObject({ outcome: 'operational', neverAnswered: false, remoteAddress: '127.0.0.1' })
})

test('a service that is not serving is an outage, though the server is', async () => {
  server.setStatus('shop.Orders', 'NOT_SERVING')
  const result = await check({ service: 'shop.Orders' })
  expect(result).toMatchObject({ outcome: 'outage', neverAnswered: false, failure: { sentence: 'not serving' } })
  server.setStatus('shop.Orders', 'SERVING')
  expect(await check({ service: 'shop.Orders' })).toMatchObject({ outcome: 'operational' })
})

test('a service that nobody knows is degraded', async () => {
  expect(await check({ service: 'shop.Nothing' })).toMatchObject({ outcome: 'degraded', neverAnswered: false })
})

test('a refused connection is an outage that never answered', async () => {
  const result = await check({ port: await freePort() })
  expect(result).toMatchObject({ outcome: 'outage', neverAnswered: true, failure: { sentence: 'connection refused' } })
})

test('over TLS the certificate must be trusted', async () => {
  const authority = await makeAuthority()
  const secured = await startGrpcHealth({ certificate: await makeCertificate({ authority }) })
  const untrusted = await check({ port: secured.port, tls: true })
  expect(untrusted).toMatchObject({ outcome: 'outage', failure: { sentence: 'certificate not trusted' } })
  setDefaultCACertificates([...trusted, authority.cert])
  const result = await check({ port: secured.port, tls: true })
  expect(result).toMatchObject({ outcome: 'operational' })
  expect(result.timings.tlsMs).toBeGreaterThan(0)
  await secured.stop()
})

test('a server that speaks HTTP/1 is an outage that did answer', async () => {
  const web = await startHttp((_, response) => response.end())
  expect(await check({ port: web.port })).toMatchObject({ outcome: 'outage', neverAnswered: false })
  await web.stop()
})

test('a port that accepts and says nothing is timed out', async () => {
  const mute = createServer((socket) => socket.on('error', () => undefined))
  await new Promise<void>((resolve) => void mute.listen(0, '127.0.0.1', resolve))
  const result = await check({ port: (mute.address() as AddressInfo).port, timeout: '300ms' })
  mute.close()
  expect(result).toMatchObject({ outcome: 'outage', failure: { sentence: 'timed out after 300 ms' } })
})
