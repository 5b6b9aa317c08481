import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { makeAuthority, makeCertificate, startHttp } from '@akashic/testbed'
import { clock, closeAll, listening, opened } from './channel-harness.ts'
import { withDeadline } from './deadline.ts'
import { postJson } from './post-json.ts'
import { retryAfterMs } from './retry-after.ts'

const trusted = getCACertificates('default')
afterEach(closeAll)
afterAll(() => setDefaultCACertificates(trusted))

const terms = { outbound: { allowHosts: [] }, clock, secrets: ['s3cr3t-value'] }
const post = (url: string, signal = new AbortController().signal) => postJson(terms, { url, body: '{"a":1}' }, signal)

test('an answer without end is cut off behind 64 KB and its connection closed', async () => {
  let closed: Promise<void> | undefined
  const url = await listening((_, response) => {
    closed = new Promise((resolve) => response.once('close', resolve))
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(10_000)));
    }
    response.on('drain', more)
    more()
  })
  const { status, text } = await post(url)
  expect([status, text.length]).toEqual([200, 65_536])
  await closed
})

test('an answer whose rest never comes counts by its status once the time is over', async () => {
  const url = await listening((_, response) => void response.write('{"half":'))
  const { status, text } = await withDeadline(300, new AbortController().signal, (signal) => post(url, signal))
  expect([status, text]).toEqual([200, '{"half":'])
})

test('credentials of the address are sent as such, and what is sent is JSON', async () => {
  let seen: unknown
  const url = await listening((request, response) => {
    const { authorization, 'content-type': type, 'content-length': length } = request.headers
    seen = { method: request.method, authorization, type, length }
    response.end()
  })
  await post(url.replace('http://', 'http://me:p%40ss@'))
  const authorization = `Basic ${Buffer.from('me:p@ss').toString('base64')}`
  expect(seen).toEqual({ method: 'POST', authorization, type: 'application/json; charset=utf-8', length: '7' })
})

test('a certificate must be trusted; once it is, what breaks behind the handshake is uncertain', async () => {
  const authority = await makeAuthority()
  const tls = await makeCertificate({ authority })
  const { url } = opened(await startHttp((request) => request.socket.destroy(), { tls }))
  const untrusted = { isRetriable: true, isUncertain: false, message: expect.stringContaining('certificate') }
  await expect(post(url)).rejects.toMatchObject(untrusted)
  setDefaultCACertificates([...trusted, authority.cert])
  await expect(post(url)).rejects.toMatchObject({ isRetriable: true, isUncertain: true })
})

test('a host name that does not exist is worth another attempt', async () => {
  await expect(post('http://no-such-host.invalid/')).rejects.toMatchObject({ isRetriable: true, isUncertain: false })
})

test.each([
  ['{"error":"no_such_hook"}', 'answered 404: no_such_hook'],
  ['{"message":"gone","errors":["a is wrong","b too"]}', 'answered 404: gone: a is wrong: b too'],
  ['no_service', 'answered 404: no_service'],
  ['{"error":"key s3cr3t-value is unknown"}', 'answered 404: key *** is unknown'],
  ['<html>a page</html>', 'answered 404'],
  [`line\u0000\n${'\u202e'}of text`, 'answered 404: line   of text'],
])('of the answer %j the error tells its code alone', async (body, told) => {
  const url = await listening((_, response) => response.writeHead(404).end(body))
  await expect(post(url)).rejects.toThrow(new RegExp(`^127\\.0\\.0\\.1:\\d+ ${told.replaceAll('*', '\\*')}$`))
})

test('an error code is cut at 200 characters', async () => {
  const url = await listening((_, response) =>
    response.writeHead(500).end(JSON.stringify({ error: 'e'.repeat(5_000) })),
  )
  await expect(post(url)).rejects.toThrow(/answered 500: e{200}$/)
})

test('Retry-After is seconds or a date, and nothing else', () => {
  const now = Date.parse('2026-03-01T10:00:00Z')
  const read = (header?: string) => retryAfterMs(header, now)
  expect(read('120')).toBe(120_000)
  expect(read('Sun, 01 Mar 2026 10:00:30 GMT')).toBe(30_000)
  expect(read('Sun, 01 Mar 2026 09:00:00 GMT')).toBe(0)
  expect([read(undefined), read(''), read('soon'), read('-5'), read('1.5')]).toEqual([null, null, null, null, null])
})
