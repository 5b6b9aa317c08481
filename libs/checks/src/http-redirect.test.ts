import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import { startHttp } from '@akashic/testbed'
import type { HttpServer } from '@akashic/testbed'
import { checkNow } from './testing/check-now.ts'

let server: HttpServer
let other: HttpServer
let location = ''
const seen: string[] = []

const record: RequestListener = (request, response) => {
  seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`)
  const code = Number(/^\/(30\d)/.exec(request.url ?? '')?.[1])
  if (code) response.writeHead(code, { location }).end()
  else response.end('arrived')
}

beforeAll(async () => {
  server = await startHttp(record)
  other = await startHttp(record)
})
afterAll(async () => {
  await server.stop()
  await other.stop()
})
beforeEach(() => void seen.splice(0))

const check = (path: string, input: object = {}) => checkNow({ kind: 'http', url: `${server.url}${path}`, ...input })

test('a redirect is followed, and the answer judged is the last one', async () => {
  location = '/final'
  expect(await check('/302', { expectBody: 'arrived' })).toMatchObject({ outcome: 'operational' })
  expect(seen).toEqual(['GET /302 -', 'GET /final -'])
})

test('with followRedirects off the redirect itself is judged', async () => {
  location = '/final'
  expect(await check('/302', { followRedirects: false })).toMatchObject({ outcome: 'degraded' })
  expect(await check('/302', { followRedirects: false, expectStatus: ['3xx'] })).toMatchObject({
    outcome: 'operational',
  })
})

test('a redirect to a metadata address is not followed', async () => {
  location = 'http://169.254.169.254/latest/meta-data/'
  const result = await check('/302')
  expect(result).toMatchObject({ outcome: 'unknown', failure: { code: 'forbidden', sentence: 'address not allowed' } })
})

test('a redirect to something other than HTTP is degraded', async () => {
  location = 'file:///etc/passwd'
  expect(await check('/302')).toMatchObject({ outcome: 'degraded', failure: { code: 'status' } })
  expect(seen).toHaveLength(1)
})

test('redirects without end are given up after five', async () => {
  location = '/301'
  expect(await check('/301')).toMatchObject({ outcome: 'degraded', failure: { sentence: 'too many redirects' } })
  expect(seen).toHaveLength(6)
})

test('credentials stay behind when the origin changes', async () => {
  const headers = { Authorization: 'Bearer tok-12345' }
  location = '/final'
  await check('/302', { headers })
  location = `${other.url}/final`
  await check('/302', { headers })
  expect(seen).toEqual([
    'GET /302 Bearer tok-12345',
    'GET /final Bearer tok-12345',
    'GET /302 Bearer tok-12345',
    'GET /final -',
  ])
})

test('no header but those that any site may see goes to another origin, whatever it is called', async () => {
  const heard: IncomingHttpHeaders[] = []
  const stranger = await startHttp((request, response) => {
    heard.push(request.headers)
    response.end('arrived')
  })
  location = `${stranger.url}/final`
  const secret = { 'X-Api-Key': 'k-12345', Cookie: 'c-12345', 'X-Session': 's-12345', 'api-key': 'a-12345' }
  const result = await check('/302', { headers: { ...secret, Accept: 'text/plain', 'User-Agent': 'watcher' } })
  await stranger.stop()
  expect(result).toMatchObject({ outcome: 'operational' })
  expect(heard).toMatchObject([{ accept: 'text/plain', 'user-agent': 'watcher' }])
  expect(JSON.stringify(heard)).not.toContain('12345')
})

test('a body is not sent to another origin: the check is degraded instead', async () => {
  location = `${other.url}/final`
  for (const code of [307, 308]) {
    expect(await check(`/${code}`, { method: 'POST', body: 'secret' })).toMatchObject({
      outcome: 'degraded',
      failure: { code: 'status', sentence: 'redirected elsewhere' },
    })
  }
  expect(seen).toEqual(['POST /307 -', 'POST /308 -'])
  expect(await check('/303', { method: 'POST', body: 'secret' })).toMatchObject({ outcome: 'operational' })
})

test('a POST turns into GET on 302 and 303, and stays on 307', async () => {
  location = '/final'
  for (const code of [302, 303, 307]) await check(`/${code}`, { method: 'POST', body: 'x' })
  expect(seen.map((line) => line.split(' ')[0])).toEqual(['POST', 'GET', 'POST', 'GET', 'POST', 'POST'])
})
