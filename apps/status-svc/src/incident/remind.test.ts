import { pino } from 'pino'
import { aComponent, minute } from '../service-harness.ts'
import { listTimeline } from '../timeline/list-timeline.ts'
import { assignRole } from './assign-role.ts'
import { followComponents } from './follow-components.ts'
import { incidentHarness, operator, responder, type IncidentHarness } from './incident-harness.ts'
import { remindOverdue } from './remind.ts'
import { addUpdate } from './update.ts'

let service: IncidentHarness
let logged: Record<string, unknown>[]
beforeEach(async () => {
  service = await incidentHarness([aComponent('web', { critical: true })])
  logged = []
})
afterEach(() => service.close())

/** What three replicas do when their timers fire together. */
const tick = (afterMs = 0) => {
  service.clock.advance(afterMs)
  const log = pino({}, { write: (line) => logged.push(JSON.parse(line) as Record<string, unknown>) })
  const nowMs = service.clock.now()
  return Promise.all([1, 2, 3].map(() => remindOverdue({ ...service, log }, nowMs)))
}
const said = async (id: string) =>
  (await listTimeline(service, operator.principal, { id, limit: 200, cursor: '' })).entries
    .filter(({ kind }) => kind.endsWith('overdue'))
    .map(({ kind, body }) => [kind, body['step'] ?? body['communicationsLead']])

test('a public word that does not come is said once to the Communications Lead, however many replicas look', async () => {
  const { id } = await service.open({ body: 'Web is down.', publish: true })
  await assignRole(service, operator, { id, version: 1, role: 'communications_lead', person: 'Grace' })
  const { version } = await service.read(id)
  await tick(20 * minute + 1)
  await tick(minute)
  expect((await said(id)).filter(([kind]) => kind === 'update_overdue')).toEqual([['update_overdue', 'Grace']])
  expect(logged.filter((line) => 'communications_lead' in line)).toMatchObject([
    { level: 40, incident: id, communications_lead: 'Grace', msg: 'the public was promised word by now' },
  ])
  const overdue = service.events.filter(({ data }) => (data as { change?: string }).change === 'update_overdue')
  expect(overdue.map(({ data }) => data)).toMatchObject([
    { communicationsLead: 'Grace', overdueSince: '2026-03-01T00:20:00.000Z' },
  ])
  expect((await service.read(id)).version).toBe(version)

  const words = { body: 'Still down.', status: null, publish: true, nextUpdateAtMs: null }
  await addUpdate(service, operator, { id, version, ...words })
  await tick(20 * minute + 1)
  expect((await said(id)).filter(([kind]) => kind === 'update_overdue')).toHaveLength(2)
})

test('steps of the checklist that are not done after 5 and 10 minutes are said once each', async () => {
  const { id } = await service.open({ visibility: 'internal' })
  await tick(5 * minute)
  expect(await said(id)).toEqual([])
  await tick(1)
  await tick(5 * minute)
  await tick(minute)
  expect(await said(id)).toEqual([
    ['checklist_overdue', 1],
    ['checklist_overdue', 2],
  ])
})

test('what is over owes nothing', async () => {
  const { id } = await service.open({ body: 'Web is down.', publish: true })
  const words = { body: 'It works.', status: 'resolved' as const, publish: true, nextUpdateAtMs: null }
  await addUpdate(service, operator, { id, version: 1, ...words })
  await tick(60 * minute)
  expect(await said(id)).toEqual([])
})

test('the log of a restricted incident names it by its id alone', async () => {
  await service.open({ visibility: 'restricted', title: 'Stolen key' }, responder)
  await tick(11 * minute)
  expect(logged.length).toBeGreaterThan(0)
  expect(JSON.stringify(logged)).not.toContain('Stolen')
})

test('components are followed until the incident is over: worse is kept, recovery is noted once', async () => {
  await service.turn('web', 'degraded')
  const { id } = await service.open({ componentIds: ['web'] })
  const follow = () => Promise.all([1, 2, 3].map(() => followComponents(service)))
  service.clock.advance(minute)
  await service.turn('web', 'outage')
  await follow()
  expect(await service.read(id)).toMatchObject({ impact: 'critical', version: 2 })
  service.clock.advance(minute)
  await service.turn('web', 'operational')
  const recoveredAtMs = service.clock.now()
  service.clock.advance(minute)
  await follow()
  expect(await service.read(id)).toMatchObject({
    impact: 'critical',
    version: 3,
    components: [{ worstStatus: 'outage', recoveredAtMs }],
  })
  await addUpdate(service, operator, {
    id,
    version: 3,
    body: '',
    status: 'resolved',
    publish: false,
    nextUpdateAtMs: null,
  })
  await service.turn('web', 'outage')
  await follow()
  expect(await service.read(id)).toMatchObject({ version: 4, components: [{ recoveredAtMs }] })
})
