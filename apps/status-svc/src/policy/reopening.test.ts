import { operator, responder } from '../incident/incident-harness.ts'
import { addUpdate } from '../incident/update.ts'
import { aComponent, minute } from '../service-harness.ts'
import { policyHarness, type PolicyHarness } from './policy-harness.ts'

const parts = [aComponent('database'), aComponent('web', { dependsOn: ['database'] })]

let service: PolicyHarness
beforeEach(async () => {
  service = await policyHarness(parts, { name: 'any' })
  await service.become({ database: 'operational', web: 'operational' })
})
afterEach(() => service.close())

/** These turn red, recover, and all is over some minutes ago. */
async function wasOver(...ids: readonly string[]): Promise<void> {
  await service.become(Object.fromEntries(ids.map((id) => [id, 'outage' as const])))
  await service.become(Object.fromEntries(ids.map((id) => [id, 'operational' as const])))
  await service.tick(10 * minute)
  expect((await service.one()).status).toBe('resolved')
  await service.tick(5 * minute)
}

test('the same root cause reopens its incident, and what is down because of it joins', async () => {
  await wasOver('database')
  await service.become({ database: 'outage', web: 'outage' })
  const incident = await service.one()
  expect(incident).toMatchObject({ status: 'investigating', reopenedCount: 1 })
  expect(incident.components).toMatchObject([
    { id: 'database', isRoot: true, recoveredAtMs: null },
    { id: 'web', isRoot: false, recoveredAtMs: null },
  ])
  await service.become({ database: 'operational', web: 'operational' })
  expect((await service.one()).status).toBe('monitoring')
})

test('what was down because of another that is well now is a fault of its own', async () => {
  await wasOver('database', 'web')
  await service.become({ web: 'outage' })
  const [over, own] = await service.incidents()
  expect(over).toMatchObject({ status: 'resolved', reopenedCount: 0 })
  expect(own).toMatchObject({ status: 'investigating', components: [{ id: 'web', isRoot: true }] })
})

test('an incident whose postmortem has begun is reopened too', async () => {
  await wasOver('web')
  const { id } = await service.one()
  const words = { body: '', publish: false, nextUpdateAtMs: null }
  await addUpdate(service, operator, { id, version: null, status: 'postmortem', ...words })
  await service.become({ web: 'outage' })
  expect(await service.one()).toMatchObject({ id, status: 'investigating', reopenedCount: 1 })
})

test('one that a person resolved while it was red is reopened only after it was well', async () => {
  await service.become({ web: 'outage' })
  const { id } = await service.one()
  const words = { body: '', publish: false, nextUpdateAtMs: null }
  await addUpdate(service, operator, { id, version: null, status: 'resolved', ...words })
  await service.tick(minute)
  expect((await service.one()).status).toBe('resolved')
  await service.become({ web: 'operational' })
  await service.become({ web: 'outage' })
  expect(await service.one()).toMatchObject({ id, status: 'investigating', reopenedCount: 1 })
})

test('a restricted one stays over: what turns red then has an incident that people may know of', async () => {
  const { id } = await service.open({ visibility: 'restricted', componentIds: ['web'] }, responder)
  const words = { body: '', publish: false, nextUpdateAtMs: null }
  await addUpdate(service, responder, { id, version: null, status: 'resolved', ...words })
  await service.tick(minute)
  await service.become({ web: 'outage' })
  expect(await service.incidents()).toMatchObject([
    { id, status: 'resolved', visibility: 'restricted' },
    { status: 'investigating', visibility: 'public', components: [{ id: 'web' }] },
  ])
})
