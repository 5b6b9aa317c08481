import { operator } from '../incident/incident-harness.ts'
import type { IncidentStatus } from '../incident/incident.ts'
import { addUpdate } from '../incident/update.ts'
import { aComponent, minute } from '../service-harness.ts'
import { policyHarness, type PolicyHarness } from './policy-harness.ts'

let service: PolicyHarness
beforeEach(async () => {
  const components = [aComponent('web'), aComponent('shop', { dependsOn: ['web'] })]
  service = await policyHarness(components, { name: 'any', publish: 'auto' })
  await service.become({ web: 'operational', shop: 'operational' })
  await service.become({ web: 'outage', shop: 'outage' })
})
afterEach(() => service.close())

const status = async () => (await service.one()).status
const moveByHand = async (to: IncidentStatus) => {
  const { id } = await service.one()
  const words = { body: '', publish: false, nextUpdateAtMs: null }
  await addUpdate(service, operator, { id, version: null, status: to, ...words })
}

describe('an incident that a policy opened', () => {
  test('is monitored once all have recovered, and resolved when that lasts, each in words', async () => {
    await service.become({ web: 'operational' })
    expect(await status()).toBe('investigating')
    await service.become({ shop: 'operational' })
    expect(await status()).toBe('monitoring')
    await service.tick(9 * minute)
    expect(await status()).toBe('monitoring')
    await service.tick(minute)
    const incident = await service.one()
    expect(incident.status).toBe('resolved')
    expect(incident.updates.map(({ status, state, body }) => [status, state, body.slice(0, 30)])).toEqual([
      ['investigating', 'published', 'We are currently experiencing '],
      ['monitoring', 'published', 'Working again: The web and The'],
      ['resolved', 'published', 'This incident is resolved. Wor'],
    ])
    expect(incident.updates.at(-1)!.body).toContain('without trouble for 10 minutes: The web and The shop')
    expect(await service.actions()).toEqual([
      'incident.open',
      'incident.follow_components',
      'incident.follow_components',
      'incident.resolve_by_policy',
    ])
    expect(service.told().filter((name) => name === 'resolved' || name === 'opened')).toEqual(['opened', 'resolved'])
  })

  test('is investigated again when one turns red before, and waits anew', async () => {
    await service.become({ web: 'operational', shop: 'operational' })
    await service.tick(9 * minute)
    await service.become({ shop: 'outage' })
    const relapsed = await service.one()
    expect(relapsed).toMatchObject({ status: 'investigating', resolveAtMs: null })
    expect(relapsed.updates.at(-1)!.body).toContain('has come back, affecting The shop.')
    await service.become({ shop: 'operational' })
    await service.tick(9 * minute)
    expect(await status()).toBe('monitoring')
    await service.tick(minute)
    expect(await status()).toBe('resolved')
  })

  test('is reopened when it comes back within ten minutes, and another one is opened later', async () => {
    await service.become({ web: 'operational', shop: 'operational' })
    await service.tick(10 * minute)
    await service.tick(8 * minute)
    await service.become({ web: 'outage' })
    expect(await service.one()).toMatchObject({ status: 'investigating', reopenedCount: 1 })
    expect(await service.actions()).toContain('incident.reopen_by_policy')
    await service.become({ web: 'operational' })
    await service.tick(10 * minute)
    expect(await status()).toBe('resolved')
    await service.tick(10 * minute)
    await service.become({ web: 'outage' })
    expect((await service.incidents()).map(({ status }) => status)).toEqual(['resolved', 'investigating'])
  })

  test('does not end while nobody measures', async () => {
    service.fallSilent('web')
    await service.become({ shop: 'operational' })
    await service.tick(10 * minute)
    await service.expire()
    await service.tick(10 * minute)
    expect(await status()).toBe('investigating')
  })

  test('waits with its end when nobody measures any more', async () => {
    await service.become({ web: 'operational', shop: 'operational' })
    service.fallSilent('web')
    await service.tick(5 * minute)
    await service.expire()
    await service.tick(10 * minute)
    expect(await status()).toBe('monitoring')
    await service.become({ web: 'operational' })
    expect(await status()).toBe('resolved')
  })
})

describe('where a person moved it, it stays', () => {
  test('resolved, though all is red, until it has been well and is red again', async () => {
    await moveByHand('resolved')
    await service.tick(30 * minute)
    expect(await status()).toBe('resolved')
    await service.become({ web: 'operational', shop: 'operational' })
    await service.become({ web: 'outage' })
    expect(await service.incidents()).toHaveLength(2)
  })

  test('monitored, though all is red', async () => {
    await moveByHand('monitoring')
    await service.tick(30 * minute)
    expect(await status()).toBe('monitoring')
  })

  test('monitored, though only one of them recovers, until another turns red', async () => {
    await moveByHand('monitoring')
    await service.become({ web: 'operational' })
    expect(await status()).toBe('monitoring')
    await service.become({ web: 'outage' })
    expect(await status()).toBe('investigating')
  })

  test('investigated again, though all is well', async () => {
    await service.become({ web: 'operational', shop: 'operational' })
    await moveByHand('identified')
    await service.tick(30 * minute)
    expect(await status()).toBe('identified')
    await service.become({ web: 'outage' })
    expect(await status()).toBe('identified')
    await service.become({ web: 'operational' })
    expect(await status()).toBe('monitoring')
  })
})
