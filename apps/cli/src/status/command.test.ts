import { akashic } from '../testing/a-session.ts'
import { Problem, startFakeServer, type Answers, type FakeServer } from '../testing/fake-server.ts'

const web = {
  id: 'web',
  name: 'Web',
  group: '',
  status: 'operational',
  since: '2026-11-23T14:00:00.000Z',
  responseTimeMs: 1,
  lastChecked: null,
}
const window = { ratio: 1, knownMs: 1, unknownMs: 0, downMs: 0, maintenanceMs: 0 }
const uptime = { last24h: window, last7d: window, last30d: window, last90d: window }
const status = {
  overall: 'operational',
  isBlind: false,
  components: [web],
  uptime,
  generatedAt: '2026-11-23T14:00:00.000Z',
}

let server: FakeServer | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})

async function withServer(answers: Answers): Promise<Record<string, string>> {
  server = await startFakeServer(answers)
  return { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' }
}

test.each([
  ['operational', 0],
  ['degraded', 3],
  ['outage', 4],
  ['unknown', 5],
])('%s is exit code %d', async (overall, expected) => {
  const env = await withServer({ 'GET /api/v1/status': { ...status, overall } })
  expect((await akashic(['status'], { env })).code).toBe(expected)
})

test('a picture that is too old is exit code 5, however green', async () => {
  const env = await withServer({ 'GET /api/v1/status': { ...status, stale: true, ageMs: 60_000 } })
  expect((await akashic(['status'], { env })).code).toBe(5)
})

test('a key that is refused still leaves the public picture', async () => {
  const env = await withServer({
    'GET /api/v1/status': new Problem(401, { detail: 'The key is not valid.' }),
    'GET /status': status,
  })
  const { code, stdout } = await akashic(['status'], { env })
  expect(code).toBe(0)
  expect(stdout).toContain('Public view only: The key is not valid.')
})

test('--json is the answer as it is', async () => {
  const env = await withServer({ 'GET /api/v1/status': { ...status, added: 'later' } })
  expect(JSON.parse((await akashic(['status', '--json'], { env })).stdout)).toEqual({ ...status, added: 'later' })
})

test('there are colours on a terminal only, and none with NO_COLOR', async () => {
  const env = await withServer({ 'GET /api/v1/status': status })
  expect((await akashic(['status'], { env })).stdout).not.toContain('\u001b')
  expect((await akashic(['status'], { env, columns: 80 })).stdout).toContain('\u001b[32m')
  expect((await akashic(['status'], { env: { ...env, NO_COLOR: '1' }, columns: 80 })).stdout).not.toContain('\u001b')
})

test('--watch tells a change when the stream does, and ends with code 0 when it is told to stop', async () => {
  let now: typeof status = status
  const env = await withServer({ 'GET /api/v1/status': () => now })
  const stop = new AbortController()
  const onWrite = (text: string) => {
    if (text.includes('web operational')) {
      now = { ...status, overall: 'outage', components: [{ ...web, status: 'outage' }] }
      server!.tell('status')
    }
    if (text.includes('operational -> outage')) stop.abort()
  }
  const { code, stdout } = await akashic(['status', '--watch'], { env, signal: stop.signal, onWrite })
  expect(code).toBe(0)
  expect(stdout).toContain('web operational -> outage')
  expect(server!.asked.map((asked) => asked.path)).toContain('/status/stream')
})

test('what the server says cannot play tricks on the terminal', async () => {
  const nasty = { ...web, name: 'x\u001b[2Jy', error: '\u001b]0;title\u0007' }
  const env = await withServer({ 'GET /api/v1/status': { ...status, components: [{ ...nasty, status: 'outage' }] } })
  expect((await akashic(['status'], { env })).stdout).not.toMatch(/[\u001b\u0007]/)
})
