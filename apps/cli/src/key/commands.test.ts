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
