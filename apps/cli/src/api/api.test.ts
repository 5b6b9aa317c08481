import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startHttp } from '@akashic/testbed'
import { akashic } from '../testing/a-session.ts'
import { Problem, startFakeServer, type Answers, type FakeServer } from '../testing/fake-server.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'akashic-cli-'))
})
afterEach(() => rm(folder, { recursive: true }))

let server: FakeServer | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})

async function withServer(answers: Answers): Promise<Record<string, string>> {
  server = await startFakeServer(answers)
  return { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' }
}

test('a server that is not there is told with its address, the reason and what to try', async () => {
  const port = await freePort()
  const { code, stdout, stderr } = await akashic(['status'], { env: { AKASHIC_URL: `http://127.0.0.1:${port}` } })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(
    /could not reach http:\/\/127\.0\.0\.1:\d+: connection refused[\s\S]*Try next:[\s\S]*npm start/,
  )
})

test('an address that is none is told', async () => {
  const { code, stderr } = await akashic(['status'], { env: { AKASHIC_URL: 'here' } })
  expect(code).toBe(1)
  expect(stderr).toContain('AKASHIC_URL is not a URL')
})

test('something that is no Akashic server is told', async () => {
  const other = await startHttp((_, response) => response.end('<html>'))
  const { code, stderr } = await akashic(['status'], { env: { AKASHIC_URL: other.url } })
  await other.stop()
  expect(code).toBe(1)
  expect(stderr).toContain('not JSON')
})

test('without a key, what needs one is not even tried', async () => {
  const env = await withServer({ 'GET /api/v1/keys': { items: [], nextCursor: null } })
  const { code, stderr } = await akashic(['key', 'list'], { env: { AKASHIC_URL: env['AKASHIC_URL']! } })
  expect(code).toBe(1)
  expect(stderr).toContain('there is no API key')
  expect(server!.asked).toEqual([])
})

test('the admin key of the data folder is used, and shown to a server on this machine only', async () => {
  const env = await withServer({ 'GET /api/v1/keys': { items: [], nextCursor: null } })
  await writeFile(join(folder, 'admin.key'), 'ak_from_file\n')
  const here = { AKASHIC_URL: env['AKASHIC_URL']!, AKASHIC_DATA_DIR: folder }
  expect((await akashic(['key', 'list'], { env: here })).code).toBe(0)
  expect(server!.asked[0]!.headers.authorization).toBe('Bearer ak_from_file')
  const elsewhere = await akashic(['key', 'list'], { env: { ...here, AKASHIC_URL: 'http://akashic.invalid' } })
  expect(elsewhere.stderr).toContain('AKASHIC_API_KEY is not set')
})

test('a key does not follow a redirect', async () => {
  const stranger = await startFakeServer({})
  const redirecting = await startHttp((_, response) => response.writeHead(302, { location: stranger.url }).end())
  await akashic(['audit'], { env: { AKASHIC_URL: redirecting.url, AKASHIC_API_KEY: 'ak_test' } })
  await Promise.all([stranger.stop(), redirecting.stop()])
  expect(stranger.asked).toEqual([])
})

test('a refusal is told in the words of the server, with every bad field', async () => {
  const refusal = new Problem(400, {
    detail: 'The body is not valid.',
    errors: [{ pointer: '/scope/0', detail: 'must be 1 to 63 of a-z, 0-9 and -' }],
  })
  const env = await withServer({ 'POST /api/v1/keys': refusal })
  const { code, stderr } = await akashic(['key', 'create', 'bob', '--role', 'viewer', '--scope', 'A b'], { env })
  expect(code).toBe(1)
  expect(stderr).toContain('Creating the key: The body is not valid.\n  /scope/0: must be 1 to 63')
})

test('a refused key says where it came from', async () => {
  const env = await withServer({ 'GET /api/v1/audit': new Problem(401, { detail: 'The key is not valid.' }) })
  expect((await akashic(['audit'], { env })).stderr).toContain('The key came from AKASHIC_API_KEY')
})
