import { incidentHarness, operator } from '../incident/incident-harness.ts'
import { aComponent, anActor, minute } from '../service-harness.ts'
import { readStates } from '../status/state-store.ts'
import { changeMaintenance } from './change.ts'
import { listMaintenances } from './list.ts'
import { scheduleMaintenance, type ScheduleMaintenance } from './schedule.ts'
import { readMaintenance } from './claim.ts'
import { keepMaintenances, transitionMaintenance } from './transition.ts'

let service: Awaited<ReturnType<typeof incidentHarness>>
beforeEach(async () => {
  service = await incidentHarness([aComponent('web'), aComponent('vault', { visibility: 'internal' })])
})
afterEach(() => service.close())

const schedule = (more: Partial<ScheduleMaintenance> = {}, actor = operator) =>
  scheduleMaintenance(service, actor, {
    title: 'New disks',
    body: 'Nobody will notice.',
    visibility: 'public',
    componentIds: ['web', 'vault'],
    scheduledForMs: service.clock.now() + minute,
    scheduledUntilMs: service.clock.now() + 10 * minute,
    pausesChecks: false,
    isAutomatic: true,
    ...more,
  })

async function webNow() {
  const num = service.components.get('web')!.num
  const state = (await readStates(service.db, [num])).get(num)!
  return { status: state.status, sinceMs: state.sinceMs }
}

const keep = () => keepMaintenances(service, service.clock.now())

test('it begins and ends by the clock, once with several replicas, and its components say so', async () => {
  const { id } = await schedule()
  await keep()
  expect(service.events).toEqual([])
  service.clock.advance(minute)
  const beganMs = service.clock.now()
  await Promise.all([keep(), keep()])
  expect(await webNow()).toEqual({ status: 'maintenance', sinceMs: beganMs })
  await service.turn('web', 'outage')
  expect(await webNow()).toEqual({ status: 'maintenance', sinceMs: beganMs })
  service.clock.advance(9 * minute)
  await service.turn('web', 'outage')
  const endedMs = service.clock.now()
  await Promise.all([keep(), keep()])
  expect(await webNow()).toEqual({ status: 'outage', sinceMs: endedMs })
  const told = service.events.filter(({ type }) => type.startsWith('akashic.maintenance'))
  expect(told.map(({ type, subject }) => [type, subject])).toEqual([
    ['akashic.maintenance.started.v1', id],
    ['akashic.maintenance.ended.v1', id],
  ])
  expect(told[0]!.data).toMatchObject({ title: 'New disks', components: ['web'] })
  expect(await service.actions()).toEqual(['maintenance.schedule', 'maintenance.transition', 'maintenance.transition'])
})

test('one that cannot be begun holds up no other, and begins once it can', async () => {
  const [first, second] = [await schedule(), await schedule({ componentIds: ['vault'] })]
  service.clock.advance(minute)
  const outbox: typeof service.outbox = {
    add: async (tx, events) => {
      if (events.some(({ subject }) => subject === first.id)) throw new Error('its event cannot be written')
      await service.outbox.add(tx, events)
    },
  }
  await keepMaintenances({ ...service, outbox }, service.clock.now())
  const status = async ({ id }: { id: string }) => (await readMaintenance(service.db, operator.principal, id)).status
  expect([await status(first), await status(second)]).toEqual(['scheduled', 'in_progress'])
  await keep()
  expect(await status(first)).toBe('in_progress')
})

test('one that is not automatic waits for a person, who says what is done', async () => {
  const { id } = await schedule({ isAutomatic: false })
  service.clock.advance(20 * minute)
  await keep()
  expect((await webNow()).status).toBe('unknown')
  const move = (version: number, status: 'in_progress' | 'verifying' | 'completed') =>
    transitionMaintenance(service, operator, { id, version, status, body: `now ${status}` })
  await expect(move(1, 'completed')).rejects.toMatchObject({ code: 'failed_precondition' })
  await move(1, 'in_progress')
  await expect(move(1, 'verifying')).rejects.toMatchObject({ code: 'aborted', extra: { current: { version: 2 } } })
  await move(2, 'verifying')
  expect((await webNow()).status).toBe('maintenance')
  const done = await move(3, 'completed')
  expect(done.updates.map(({ body }) => body)).toEqual(['now in_progress', 'now verifying', 'now completed'])
  expect((await webNow()).status).toBe('unknown')
})

test('while two overlap, the end of one leaves a component in maintenance', async () => {
  await schedule()
  await schedule({ scheduledUntilMs: service.clock.now() + 20 * minute })
  service.clock.advance(minute)
  await keep()
  service.clock.advance(9 * minute)
  await keep()
  expect((await webNow()).status).toBe('maintenance')
  service.clock.advance(10 * minute)
  await keep()
  expect((await webNow()).status).toBe('unknown')
})

test('the public reads of public ones alone, without internal components and authors', async () => {
  await schedule({ visibility: 'internal', title: 'Secret' })
  const { id } = await schedule({ isAutomatic: false })
  await transitionMaintenance(service, operator, { id, version: 1, status: 'in_progress', body: 'It begins.' })
  const { maintenances } = await listMaintenances(service, operator.principal, {
    limit: 0,
    cursor: '',
    statuses: [],
    onlyPublic: true,
  })
  expect(maintenances).toMatchObject([
    { id, components: [{ id: 'web' }], updates: [{ body: 'It begins.', author: '' }] },
  ])
})

test('page after page gives each once, latest start first', async () => {
  for (const title of ['a', 'b', 'c']) await schedule({ title })
  const query = { limit: 2, statuses: ['scheduled' as const], onlyPublic: false }
  const first = await listMaintenances(service, operator.principal, { ...query, cursor: '' })
  const second = await listMaintenances(service, operator.principal, { ...query, cursor: first.nextCursor })
  expect([...first.maintenances, ...second.maintenances].map(({ title }) => title)).toEqual(['c', 'b', 'a'])
  expect(second.nextCursor).toBe('')
})

test('its window may change until it has begun, then only its end', async () => {
  const { id, scheduledForMs } = await schedule()
  const later = { scheduledForMs: scheduledForMs + minute }
  expect(await changeMaintenance(service, operator, { id, version: 1, ...later })).toMatchObject({
    version: 2,
    ...later,
  })
  await transitionMaintenance(service, operator, { id, version: 2, status: 'in_progress', body: '' })
  await expect(changeMaintenance(service, operator, { id, version: 3, scheduledForMs })).rejects.toMatchObject({
    code: 'failed_precondition',
  })
})

test.each([
  ['a window that ends before it begins', { scheduledUntilMs: 1 }, '/scheduledUntil'],
  ['no components', { componentIds: [] }, '/componentIds'],
  ['a component that is none', { componentIds: ['nothing'] }, '/componentIds/0'],
  ['an empty title', { title: ' ' }, '/title'],
])('refuses %s', async (_, more, pointer) => {
  await expect(schedule(more)).rejects.toMatchObject({ code: 'invalid_argument', fields: [{ pointer }] })
})

test('a restricted one needs a responder, and a key for other components is refused', async () => {
  await expect(schedule({ visibility: 'restricted' })).rejects.toMatchObject({ code: 'permission_denied' })
  const limited = anActor('operator', { scope: ['vault'] })
  await expect(schedule({}, limited)).rejects.toMatchObject({ code: 'permission_denied' })
})
