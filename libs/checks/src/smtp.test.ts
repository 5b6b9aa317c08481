import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { makeAuthority, makeCertificate, startSmtp } from '@akashic/testbed'
import { checkNow } from './testing/check-now.ts'

const trusted = getCACertificates('default')
afterAll(() => setDefaultCACertificates(trusted))

const check = (port: number, input: object = {}) => checkNow({ kind: 'smtp', host: '127.0.0.1', port, ...input })

/** What a server on loopback that first says `greeting` is judged to be. */
async function checkGreeting(greeting: string): ReturnType<typeof check> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.write(greeting)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const result = await check((server.address() as AddressInfo).port, { timeout: '1s' })
  server.close()
  return result
}

test('a server that greets is operational; stopped it refuses', async () => {
  const server = await startSmtp()
  expect(await check(server.port)).toMatchObject({ outcome: 'operational', remoteAddress: '127.0.0.1' })
  await server.stop()
  expect(await check(server.port)).toMatchObject({
    outcome: 'outage',
    neverAnswered: true,
    failure: { code: 'refused' },
  })
})

test('STARTTLS must be offered when it is asked for', async () => {
  const server = await startSmtp()
  const result = await check(server.port, { starttls: true })
  await server.stop()
  expect(result).toMatchObject({ outcome: 'degraded', failure: { sentence: 'STARTTLS not offered' } })
})

test('STARTTLS succeeds with a trusted certificate only', async () => {
  const authority = await makeAuthority()
  const server = await startSmtp({ certificate: await makeCertificate({ authority }) })
  const untrusted = await check(server.port, { starttls: true })
  expect(untrusted).toMatchObject({ outcome: 'outage', failure: { sentence: 'certificate not trusted' } })
  setDefaultCACertificates([...trusted, authority.cert])
  const result = await check(server.port, { starttls: true })
  expect(result).toMatchObject({ outcome: 'operational' })
  expect(result.timings.tlsMs).toBeGreaterThan(0)
  await server.stop()
})

test('a server that turns mail away is an outage', async () => {
  const result = await checkGreeting('421 4.3.2 shutting down\r\n')
  expect(result).toMatchObject({ outcome: 'outage', neverAnswered: false, failure: { sentence: 'not accepting mail' } })
  expect(result.failure?.detail).toContain('421 4.3.2 shutting down')
})

test('a port that speaks something else is an outage at once', async () => {
  expect(await checkGreeting('SSH-2.0-OpenSSH_9.2\r\n')).toMatchObject({
    outcome: 'outage',
    failure: { code: 'answer' },
  })
})
