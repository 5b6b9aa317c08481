import { akashic } from '../testing/a-session.ts'
import { startFakeServer, type Answers, type FakeServer } from '../testing/fake-server.ts'
import { ago } from '../testing/incident-builders.ts'
import type { Maintenance } from './maintenance.ts'

const aMaintenance = (partial: Partial<Maintenance> = {}): Maintenance => ({
  ...{ id: 'mnt-1', version: 2, title: 'Move the database', body: 'Writes stop for a minute.', status: 'scheduled' },
  ...{ visibility: 'public', components: ['database'], scheduledFor: ago(-60), scheduledUntil: ago(-120) },
  ...{ pausesChecks: false, isAutomatic: true, startedAt: null, completedAt: null, updates: [] },
  ...partial,
})
const one = '/api/v1/maintenances/mnt-1'

let server: FakeServer
afterEach(async () => server.stop())

async function withServer(answers: Answers): Promise<Record<string, string>> {
  server = await startFakeServer(answers)
  return { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test' }
}

test('a maintenance is scheduled from one instant for some time', async () => {
  const env = await withServer({ 'POST /api/v1/maintenances': aMaintenance() })
  const schedule = ['maintenance', 'schedule', 'Move the database', '--component', 'database']
  const when = ['--from', '2030-01-01T02:00Z', '--for', '90m']
  const { stdout } = await akashic([...schedule, ...when, '--pause-checks', '--say', 'Writes stop.'], { env })
  expect(stdout).toContain('SCHEDULED')
  expect(stdout).toContain('akashic maintenance cancel mnt-1')
  expect(server.asked[0]!.body).toEqual({
    ...{ title: 'Move the database', components: ['database'], visibility: 'public', body: 'Writes stop.' },
    ...{ scheduledFor: '2030-01-01T02:00:00.000Z', scheduledUntil: '2030-01-01T03:30:00.000Z' },
    ...{ pausesChecks: true, isAutomatic: true },
  })
  const endless = await akashic([...schedule, '--from', '1h'], { env })
  expect(endless).toMatchObject({ code: 2, stderr: expect.stringContaining('either --until or --for') })
})

test('what is going on is listed, what begins first on top, with what runs past its end', async () => {
  const late = { id: 'mnt-2', title: 'New switches', status: 'in_progress' as const, startedAt: ago(90) }
  const items = [aMaintenance(), aMaintenance({ ...late, scheduledFor: ago(90), scheduledUntil: ago(30) })]
  const env = await withServer({ 'GET /api/v1/maintenances': { items, nextCursor: null } })
  const { stdout } = await akashic(['maintenance', 'list'], { env })
  expect(stdout.indexOf('New switches')).toBeLessThan(stdout.indexOf('Move the database'))
  expect(stdout).toMatch(/^2 maintenances in progress or to come\n/)
  expect(stdout).toContain('OVERDUE by 30 min')
  expect(stdout).toContain('begins in')
})

test('a maintenance is moved on and changed at the version that was read', async () => {
  const env = await withServer({
    [`GET ${one}`]: aMaintenance(),
    [`POST ${one}/start`]: aMaintenance({ status: 'in_progress' }),
    [`PATCH ${one}`]: aMaintenance(),
  })
  const started = await akashic(['maintenance', 'start', 'mnt-1', '--say', 'Here we go.'], { env })
  expect(started.stdout).toContain('IN PROGRESS')
  expect(started.stdout).toContain('akashic maintenance complete mnt-1')
  await akashic(['maintenance', 'change', 'mnt-1', '--until', '2030-01-01T04:00Z'], { env })
  const sent = server.asked.filter(({ method }) => method !== 'GET')
  expect(sent.map(({ headers }) => headers['if-match'])).toEqual(['"2"', '"2"'])
  expect(sent.map(({ body }) => body)).toEqual([
    { body: 'Here we go.' },
    { scheduledUntil: '2030-01-01T04:00:00.000Z' },
  ])
  expect((await akashic(['maintenance', 'change', 'mnt-1'], { env })).code).toBe(2)
})
