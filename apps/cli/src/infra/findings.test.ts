import { akashic } from '../testing/a-session.ts'
import { startFakeServer, type FakeServer } from '../testing/fake-server.ts'
import type { Finding } from './infra.ts'

const aFinding = (partial: Partial<Finding> = {}): Finding => ({
  ...{ id: 'f-1', severity: 'critical', rule: 'pod-image-pull', reason: 'ErrImagePull' },
  object: { kind: 'Deployment', namespace: 'shop', name: 'web' },
  ...{ summary: 'The image web:2 cannot be pulled.', firstSeenAt: '2020-01-01T00:00:00.000Z', mutedUntil: null },
  ...partial,
})
const path = '/api/v1/infra/findings'

let server: FakeServer
const answers: Record<string, unknown> = {}
beforeEach(async () => {
  for (const name of Object.keys(answers)) delete answers[name]
  answers['GET /api/v1/infra/clusters'] = { items: [{ name: 'main', state: 'fresh', problems: [] }] }
  server = await startFakeServer(answers)
})
afterEach(() => server.stop())
const findings = (...argv: readonly string[]) =>
  akashic(['findings', ...argv], { env: { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' } })

test('what is critical is told by its object and reason, and by the exit code', async () => {
  answers[`GET ${path}`] = { items: [aFinding()], nextCursor: null }
  const { code, stdout } = await findings()
  expect(code).toBe(4)
  expect(stdout).toMatch(/^✖ 1 critical\n/)
  expect(stdout).toMatch(/✖ +Deployment shop\/web +The image web:2 cannot be pulled\. .* ErrImagePull/)
})

test('warnings alone are no outage', async () => {
  answers[`GET ${path}`] = { items: [aFinding({ severity: 'warning' })], nextCursor: null }
  const { code, stdout } = await findings()
  expect(code).toBe(0)
  expect(stdout).toMatch(/^▲ 1 warning\n/)
})

test('nothing wrong is said to be so of what can be seen only', async () => {
  answers[`GET ${path}`] = { items: [], nextCursor: null }
  expect(await findings()).toMatchObject({ code: 0, stdout: '● Nothing is wrong in what can be seen\n' })
})

test('all pages are read, so that what is critical on the last one counts', async () => {
  const pages = [
    { items: [aFinding({ id: 'f-1', severity: 'info' })], nextCursor: 'next' },
    { items: [aFinding({ id: 'f-2' })], nextCursor: null },
  ]
  answers[`GET ${path}`] = () => pages.shift()
  const { code, stdout } = await findings('--json')
  expect(code).toBe(4)
  expect((JSON.parse(stdout) as Finding[]).map(({ id }) => id)).toEqual(['f-1', 'f-2'])
  expect(new URL(server.asked[1]!.path, server.url).searchParams.get('cursor')).toBe('next')
})

test('is asked for by namespace, cluster, severity, and with those that are muted', async () => {
  answers[`GET ${path}`] = { items: [], nextCursor: null }
  await findings('-n', 'shop', '--cluster', 'main', '--severity', 'warning', '--muted')
  const asked = new URL(server.asked[0]!.path, server.url).searchParams
  expect(Object.fromEntries(asked)).toMatchObject({
    ...{ namespace: 'shop', cluster: 'main', severity: 'warning', muted: 'true' },
  })
})

test('tricks on the terminal are taken out of what clusters say', async () => {
  answers[`GET ${path}`] = { items: [aFinding({ summary: '\u001b[2Jgone' })], nextCursor: null }
  expect((await findings()).stdout).not.toContain('\u001b')
})

test('what cannot be seen now is told as it was last seen, and nothing is green', async () => {
  const problems = [{ state: 'stale', reason: 'ECONNREFUSED' }]
  answers['GET /api/v1/infra/clusters'] = { items: [{ name: 'main', state: 'stale', problems }] }
  answers[`GET ${path}`] = { items: [], nextCursor: null }
  const { code, stdout } = await findings()
  expect(code).toBe(5)
  expect(stdout).toMatch(
    /^\? Nothing is wrong in what can be seen, as last seen\n {2}main cannot be seen now: ECONNREFUSED\n/,
  )
})

test('what is muted is marked, and the findings of one object stand together', async () => {
  const api = { kind: 'Deployment', namespace: 'shop', name: 'api' }
  const items = [
    aFinding({ summary: 'first of web.' }),
    aFinding({ object: api, summary: 'of api.', mutedUntil: '2030-01-01T00:00:00.000Z' }),
    aFinding({ severity: 'warning', summary: 'second of web.' }),
  ]
  answers[`GET ${path}`] = { items, nextCursor: null }
  const { stdout } = await findings('--muted')
  expect(stdout).toMatch(/^✖ 2 critical, 1 warning \(1 muted\)/)
  expect(stdout).toMatch(/first of web\.[^]*second of web\.[^]*\(muted\) of api\./)
})
