import { aComponent, minute } from '../service-harness.ts'
import { policyHarness, type PolicyHarness } from './policy-harness.ts'

let service: PolicyHarness
afterEach(() => service.close())

const policy = { name: 'any', publish: 'auto' as const, resolveAfter: '5m' }
const start = async () => {
  service = await policyHarness([aComponent('web')], policy)
  await service.become({ web: 'operational' })
}
const budget = (more = {}) =>
  service.raise({
    ...{ source: 'rule', fingerprint: 'budget:web', componentId: 'web', summary: 'The budget burns.' },
    labels: { alertname: 'budget', rule_kind: 'burn_rate' },
    ...more,
  })

describe('an alert about an error budget', () => {
  test('opens an incident like any other, and keeps it open where nothing else does', async () => {
    await start()
    await budget()
    await service.tick()
    expect(await service.one()).toMatchObject({ status: 'investigating' })
    await service.tick(10 * minute)
    expect(await service.one()).toMatchObject({ status: 'investigating' })
    await budget({ status: 'resolved' })
    await service.tick()
    await service.tick(6 * minute)
    expect(await service.one()).toMatchObject({ status: 'resolved' })
  })

  test('joins the incident of its component, and does not keep it open when that is well again', async () => {
    await start()
    await service.become({ web: 'outage' })
    await budget()
    await service.tick()
    await service.become({ web: 'operational' })
    expect(await service.one()).toMatchObject({ status: 'monitoring' })
    await service.tick(6 * minute)
    expect(await service.one()).toMatchObject({ status: 'resolved' })
    await service.tick(20 * minute)
    expect(await service.one()).toMatchObject({ status: 'resolved', reopenedCount: 0 })
  })

  test('that joins while it is watched, or comes when it is just over, opens nothing again', async () => {
    await start()
    await service.become({ web: 'outage' })
    await service.become({ web: 'operational' })
    await budget()
    await service.tick()
    expect(await service.one()).toMatchObject({ status: 'monitoring' })
    await service.tick(6 * minute)
    await budget({ fingerprint: 'other:web' })
    await service.tick()
    await service.tick(30 * minute)
    const incident = await service.one()
    expect(incident).toMatchObject({ status: 'resolved', reopenedCount: 0 })
    expect((await service.list({ status: 'firing' })).alerts.map((alert) => alert.incident?.id)).toEqual([
      incident.id,
      incident.id,
    ])
  })
})
