import { akashic } from '../testing/a-session.ts'
import { startFakeServer, type Answers, type FakeServer } from '../testing/fake-server.ts'

let server: FakeServer | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})

async function withServer(answers: Answers): Promise<Record<string, string>> {
  server = await startFakeServer(answers)
  return { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' }
}

const issued = {
  id: 'k1',
  principal: { name: 'bob', kind: 'person' },
  role: 'viewer',
  scope: null,
  state: 'active',
  createdAt: '',
  expiresAt: null,
  key: 'ak_new',
}

test('a new key is the only thing on stdout', async () => {
  const env = await withServer({ 'POST /api/v1/keys': issued })
  const argv = ['key', 'create', 'bob', '--role', 'viewer', '--scope', 'a,b', '--scope', 'c']
  const { stdout, stderr } = await akashic(argv, { env })
  expect(stdout).toBe('ak_new\n')
  expect(stderr).toContain('Key k1 of bob: viewer')
  expect(server!.asked[0]!.body).toEqual({ principal: 'bob', kind: 'person', role: 'viewer', scope: ['a', 'b', 'c'] })
  expect(server!.asked[0]!.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/)
})

test.each([
  ['90d', 90 * 86_400_000],
  ['2h', 2 * 3_600_000],
])('--expires %s is that long from now', async (expires, ms) => {
  const env = await withServer({ 'POST /api/v1/keys': issued })
  const before = Date.now()
  await akashic(['key', 'create', 'bob', '--role', 'viewer', '--expires', expires], { env })
  const { expiresAt } = server!.asked[0]!.body as { expiresAt: string }
  expect(Date.parse(expiresAt) - before - ms).toBeGreaterThanOrEqual(0)
  expect(Date.parse(expiresAt) - Date.now() - ms).toBeLessThanOrEqual(0)
})

test('--expires may be a day', async () => {
  const env = await withServer({ 'POST /api/v1/keys': issued })
  await akashic(['key', 'create', 'bob', '--role', 'viewer', '--expires', '2027-01-31'], { env })
  expect(server!.asked[0]!.body).toMatchObject({ expiresAt: '2027-01-31T00:00:00.000Z' })
})

test.each([
  [['--role', 'boss'], 'there is no role boss'],
  [['--role', 'viewer', '--expires', 'soon'], '--expires is an instant'],
])('%j is not understood, and nothing is sent', async (options, reason) => {
  const env = await withServer({ 'POST /api/v1/keys': issued })
  const { code, stderr } = await akashic(['key', 'create', 'bob', ...options], { env })
  expect(code).toBe(2)
  expect(stderr).toContain(reason)
  expect(server!.asked).toEqual([])
})
