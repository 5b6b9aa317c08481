import { aComponent, minute } from '../service-harness.ts'
import { policyHarness, type PolicyHarness } from './policy-harness.ts'

let service: PolicyHarness
beforeEach(async () => {
  service = await policyHarness([aComponent('web')], { name: 'lasting', when: ['partial_outage', 'outage'], for: '5m' })
  await service.become({ web: 'operational' })
})
afterEach(() => service.close())

test('a fault opens an incident once it has lasted as long as the policy asks, and not before', async () => {
  const redSinceMs = service.clock.now()
  await service.become({ web: 'outage' })
  await service.tick(4 * minute)
  expect(await service.incidents()).toEqual([])
  await service.tick(minute)
  expect(await service.one()).toMatchObject({ startedAtMs: redSinceMs })
})

test('a fault that ends before opens none, and the next one is waited for anew', async () => {
  for (let flap = 0; flap < 3; flap++) {
    await service.become({ web: 'outage' })
    await service.tick(4 * minute)
    await service.become({ web: 'operational' })
  }
  expect(await service.incidents()).toEqual([])
})

test('time in another status that the policy does not ask for does not count', async () => {
  await service.become({ web: 'degraded' })
  await service.tick(10 * minute)
  await service.become({ web: 'outage' })
  await service.tick(4 * minute)
  expect(await service.incidents()).toEqual([])
  await service.tick(minute)
  await service.one()
})

test('an alert about it is not waited for', async () => {
  await service.become({ web: 'outage' })
  await service.raise({ componentId: 'web' })
  await service.tick()
  await service.one()
})
