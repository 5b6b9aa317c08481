import { changeIncident } from '../incident/change.ts'
import { operator } from '../incident/incident-harness.ts'
import { aComponent, minute } from '../service-harness.ts'
import { policyHarness, type PolicyHarness } from './policy-harness.ts'

let service: PolicyHarness
beforeEach(async () => {
  const components = [aComponent('web'), aComponent('mail')]
  service = await policyHarness(components, { name: 'web', components: ['web'], resolveAfter: '5m' })
  await service.become({ web: 'operational', mail: 'operational' })
  await service.become({ web: 'outage' })
})
afterEach(() => service.close())

const status = async () => (await service.one()).status

test('an incident is resolved after the time that its policy asks for', async () => {
  await service.become({ web: 'operational' })
  await service.tick(4 * minute)
  expect(await status()).toBe('monitoring')
  await service.tick(minute)
  expect(await status()).toBe('resolved')
})

test('an incident to which a person adds what is still red is not resolved before that has recovered', async () => {
  await service.become({ web: 'operational', mail: 'outage' })
  expect(await status()).toBe('monitoring')
  const { id } = await service.one()
  await changeIncident(service, operator, { id, version: null, addComponentIds: ['mail'], removeComponentIds: [] })
  await service.tick(10 * minute)
  expect(await status()).toBe('monitoring')
  await service.become({ mail: 'operational' })
  await service.tick(10 * minute)
  expect(await status()).toBe('resolved')
})

test('an incident of a policy that is configured no more is left to people', async () => {
  await service.become({ web: 'operational' })
  service.usePolicies({ name: 'other', components: ['mail'] })
  await service.tick(30 * minute)
  expect(await status()).toBe('monitoring')
})
