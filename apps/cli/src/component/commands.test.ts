import { akashic } from '../testing/a-session.ts'
import { startFakeServer, type Answers, type FakeServer } from '../testing/fake-server.ts'

const web = {
  id: 'web',
  name: 'Web',
  group: '',
  status: 'operational',
  since: '2026-11-23T14:00:00.000Z',
  responseTimeMs: 1,
  lastChecked: null,
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

test('a component is changed at the version that was read', async () => {
  const component = { ...web, version: 7, ownedBy: 'api', state: null }
  const env = await withServer({
    'GET /api/v1/components/web': component,
    'PATCH /api/v1/components/web': { ...component, version: 8 },
  })
  const good = await akashic(['component', 'change', 'web', 'name="A: b"', 'critical=true', 'description=null'], {
    env,
  })
  expect(good.stdout).toContain('version 8')
  const patch = server!.asked.at(-1)!
  expect(patch.headers['if-match']).toBe('"7"')
  expect(patch.body).toEqual({ name: 'A: b', critical: true, description: null })
})

test('a component that is deleted is gone without an answer', async () => {
  const env = await withServer({
    'GET /api/v1/components/web': { ...web, version: 7, ownedBy: 'api', state: null },
    'DELETE /api/v1/components/web': null,
  })
  expect((await akashic(['component', 'delete', 'web'], { env })).code).toBe(0)
})
