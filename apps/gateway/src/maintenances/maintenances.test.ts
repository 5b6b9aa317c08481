import type { ScheduleMaintenanceRequest } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import { aMaintenance } from '../testing/incident-builders.ts'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'

const atMs = 1_760_000_000_000
const [from, until] = [new Date(atMs).toISOString(), new Date(atMs + 3_600_000).toISOString()]
const match = { 'if-match': '"2"' }

let gateway: StartedGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(async () => gateway.stop())
beforeEach(() => {
  gateway.maintenances.scripts = {}
})

test('a maintenance is scheduled: public, by the clock, its checks running, unless it says otherwise', async () => {
  const asked: ScheduleMaintenanceRequest[] = []
  gateway.maintenances.scripts.scheduleMaintenance = async (request) => (
    asked.push(request),
    { maintenance: aMaintenance({ version: 1 }) }
  )
  const body = { title: 'Move the database', components: ['shop'], scheduledFor: from, scheduledUntil: until }
  const scheduled = await gateway.call('POST', '/api/v1/maintenances', { body })
  expect(scheduled.status).toBe(201)
  expect(scheduled.headers.get('location')).toBe('/api/v1/maintenances/mnt-1')
  expect(scheduled.body).toMatchObject({
    status: 'scheduled',
    scheduledFor: from,
    startedAt: null,
    components: ['shop'],
  })
  expect(asked[0]).toEqual({
    ...{ title: 'Move the database', body: '', visibility: 'INCIDENT_VISIBILITY_PUBLIC', componentIds: ['shop'] },
    ...{ scheduledForMs: atMs, scheduledUntilMs: atMs + 3_600_000, pausesChecks: false, isAutomatic: true },
  })
  const bad = await gateway.call('POST', '/api/v1/maintenances', { body: { ...body, components: [], repeat: 'daily' } })
  const pointers = bad.body.errors.map((error: { pointer: string }) => error.pointer).sort()
  expect(pointers).toEqual(['/components', '/repeat'])
})

test('maintenances are listed by status, and shown with their version', async () => {
  const asked: object[] = []
  gateway.maintenances.scripts.listMaintenances = async (request) => (
    asked.push(request),
    { maintenances: [aMaintenance()], nextCursor: 'next' }
  )
  const { body } = await gateway.call('GET', '/api/v1/maintenances?status=scheduled,in_progress&limit=1')
  expect(body).toMatchObject({ items: [{ id: 'mnt-1', isAutomatic: true }], nextCursor: 'next' })
  const statuses = ['MAINTENANCE_STATUS_SCHEDULED', 'MAINTENANCE_STATUS_IN_PROGRESS']
  expect(asked).toEqual([{ limit: 1, cursor: '', statuses, onlyPublic: false }])
  gateway.maintenances.scripts.getMaintenance = async () => ({ maintenance: aMaintenance() })
  expect((await gateway.call('GET', '/api/v1/maintenances/mnt-1')).headers.get('etag')).toBe('"2"')
})

test('what is named is changed, at the version that was read', async () => {
  const asked: object[] = []
  gateway.maintenances.scripts.changeMaintenance = async (request) => (
    asked.push(request),
    { maintenance: aMaintenance({ version: 3 }) }
  )
  const change = async (headers: Record<string, string>) =>
    gateway.call('PATCH', '/api/v1/maintenances/mnt-1', { body: { scheduledUntil: until }, headers })
  expect((await change({})).status).toBe(428)
  expect((await change(match)).headers.get('etag')).toBe('"3"')
  expect(asked).toEqual([{ id: 'mnt-1', version: 2, scheduledUntilMs: atMs + 3_600_000 }])
})

test('a maintenance begins, is looked over, ends or is called off when a person says so', async () => {
  const asked: { status: string; body: string }[] = []
  gateway.maintenances.scripts.transitionMaintenance = async (request) => {
    if (request.status === 'MAINTENANCE_STATUS_CANCELLED')
      throw new OpsError('failed_precondition', 'It has begun.', { extra: { allowed: ['verifying', 'completed'] } })
    asked.push(request)
    return { maintenance: aMaintenance({ status: request.status }) }
  }
  const say = async (verb: string, body: object = {}) =>
    gateway.call('POST', `/api/v1/maintenances/mnt-1/${verb}`, { body, headers: match })
  expect((await say('start', { body: 'Here we go.' })).body).toMatchObject({ status: 'in_progress' })
  expect((await say('verify')).body).toMatchObject({ status: 'verifying' })
  expect((await say('complete')).body).toMatchObject({ status: 'completed' })
  expect((await say('cancel')).body).toMatchObject({ code: 'failed_precondition', allowed: ['verifying', 'completed'] })
  expect(asked.map(({ body }) => body)).toEqual(['Here we go.', '', ''])
})
