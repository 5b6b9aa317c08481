import { aComponent, minute } from '../service-harness.ts'
import { policyHarness, type PolicyHarness } from './policy-harness.ts'

let service: PolicyHarness
afterEach(() => service.close())

test('of two replicas at once one opens, joins, resolves and reopens, round after round', async () => {
  const components = [aComponent('web'), aComponent('shop', { dependsOn: ['web'] })]
  service = await policyHarness(components, { name: 'any', resolveAfter: '1m' })
  await service.become({ web: 'operational', shop: 'operational' })
  for (let round = 1; round <= 10; round++) {
    await service.become({ web: 'outage' }, 2)
    await service.become({ shop: 'outage' }, 2)
    const incidents = await service.incidents()
    expect(incidents).toHaveLength(round)
    expect(incidents.at(-1)).toMatchObject({ status: 'investigating', components: [{ id: 'web' }, { id: 'shop' }] })
    await service.become({ web: 'operational', shop: 'operational' }, 2)
    await service.tick(minute, 2)
    expect((await service.incidents()).at(-1)).toMatchObject({ status: 'resolved' })
    await service.tick(10 * minute, 2)
  }
  const events = service.told()
  expect(events.filter((name) => name === 'opened')).toHaveLength(10)
  expect(events.filter((name) => name === 'resolved')).toHaveLength(10)
})

test('many faults at once are dealt with some at a time, and all in the end', async () => {
  const components = Array.from({ length: 45 }, (_, i) => aComponent(`c${i}`))
  service = await policyHarness(components, { name: 'any' })
  const counts: number[] = []
  await service.become(Object.fromEntries(components.map(({ id }) => [id, 'outage' as const])))
  for (let tick = 0; tick < 3; tick++) {
    counts.push((await service.incidents()).length)
    await service.tick()
  }
  expect(counts).toEqual([20, 40, 45])
})
