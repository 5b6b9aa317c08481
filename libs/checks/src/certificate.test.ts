import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { makeAuthority, makeCertificate, startHttp } from '@akashic/testbed'
import type { Certificate, HttpServer } from '@akashic/testbed'
import { judgeCertificate } from './certificate.ts'
import { checkNow } from './testing/check-now.ts'

const dayMs = 86_400_000
const trusted = getCACertificates('default')
let authority: Certificate
const servers: HttpServer[] = []

beforeAll(async () => {
  authority = await makeAuthority()
  setDefaultCACertificates([...trusted, authority.cert])
})
afterAll(async () => {
  setDefaultCACertificates(trusted)
  await Promise.all(servers.map((server) => server.stop()))
})

async function serve(certificate: Parameters<typeof makeCertificate>[0]): Promise<HttpServer> {
  const server = await startHttp((_, response) => response.end('ok'), { tls: await makeCertificate(certificate) })
  servers.push(server)
  return server
}

test('a trusted certificate that lasts is operational for https and tls, and the handshake is timed', async () => {
  const { url, port } = await serve({ authority })
  const http = await checkNow({ kind: 'http', url, certificateExpiresWithin: '14d' })
  expect(http).toMatchObject({ outcome: 'operational' })
  expect(http.timings.tlsMs).toBeGreaterThan(0)
  const tls = await checkNow({ kind: 'tls', host: '127.0.0.1', port })
  expect(tls).toMatchObject({ outcome: 'operational' })
  expect(tls.timings.tlsMs).toBeGreaterThan(0)
})

test('a certificate that ends within the given time is degraded and says in how many days', async () => {
  const { url, port } = await serve({ authority, days: 3.5 })
  const ending = { outcome: 'degraded', failure: { code: 'certificate', sentence: 'certificate ends in 3 days' } }
  expect(await checkNow({ kind: 'http', url, certificateExpiresWithin: '14d' })).toMatchObject(ending)
  expect(await checkNow({ kind: 'tls', host: 'localhost', port })).toMatchObject(ending)
  expect(await checkNow({ kind: 'tls', host: 'localhost', port, expiresWithin: '2d' })).toMatchObject({
    outcome: 'operational',
  })
})

test('an expired, an untrusted and a mistaken certificate are each an outage by name', async () => {
  const sentenceFor = async (certificate: Parameters<typeof makeCertificate>[0]): Promise<string | undefined> => {
    const { url, port } = await serve(certificate)
    const [http, tls] = [
      await checkNow({ kind: 'http', url }),
      await checkNow({ kind: 'tls', host: '127.0.0.1', port }),
    ]
    expect(http).toMatchObject({ outcome: 'outage', neverAnswered: false, failure: { code: 'tls' } })
    expect(tls.failure?.sentence).toBe(http.failure?.sentence)
    return http.failure?.sentence
  }
  expect(await sentenceFor({ authority, days: -1 })).toBe('certificate expired')
  expect(await sentenceFor({})).toBe('certificate not trusted')
  expect(await sentenceFor({ authority, name: 'elsewhere.example' })).toBe('certificate is for another name')
})

test('with tlsVerify off an untrusted certificate is good, and its end is still looked at', async () => {
  const { url } = await serve({ days: 2.5 })
  expect(await checkNow({ kind: 'http', url, tlsVerify: false })).toMatchObject({ outcome: 'operational' })
  const result = await checkNow({ kind: 'http', url, tlsVerify: false, certificateExpiresWithin: '14d' })
  expect(result).toMatchObject({ outcome: 'degraded', failure: { sentence: 'certificate ends in 2 days' } })
})

test('a port without TLS is an outage of the handshake, not of the connection', async () => {
  const plain = await startHttp((_, response) => response.end())
  servers.push(plain)
  const result = await checkNow({ kind: 'tls', host: '127.0.0.1', port: plain.port })
  expect(result).toMatchObject({ outcome: 'outage', neverAnswered: false, failure: { code: 'tls' } })
})

test('the days left are counted down to the last one, and then it has expired', () => {
  const sentence = (leftMs: number) =>
    judgeCertificate(1_000 * dayMs + leftMs, 14 * dayMs, 1_000 * dayMs)?.failure?.sentence
  expect(sentence(14 * dayMs)).toBeUndefined()
  expect(sentence(14 * dayMs - 1)).toBe('certificate ends in 13 days')
  expect(sentence(dayMs)).toBe('certificate ends in 1 day')
  expect(sentence(dayMs - 1)).toBe('certificate ends within a day')
  expect(sentence(0)).toBe('certificate expired')
})
