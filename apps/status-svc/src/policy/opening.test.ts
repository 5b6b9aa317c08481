import { operator } from '../incident/incident-harness.ts'
import { scheduleMaintenance } from '../maintenance/schedule.ts'
import { transitionMaintenance } from '../maintenance/transition.ts'
import { aComponent, anActor, hour, minute } from '../service-harness.ts'
import { policyHarness, type PolicyHarness } from './policy-harness.ts'

let service: PolicyHarness
afterEach(() => service.close())

const shop = [aComponent('web', { critical: true }), aComponent('blog'), aComponent('search', { group: 'Product' })]

describe('by the default policy', () => {
  beforeEach(async () => {
    service = await policyHarness(shop)
    await service.become({ web: 'operational', blog: 'operational' })
  })

  test('a critical component in outage opens one incident, as a draft, with an audit row and an event', async () => {
    const redSinceMs = service.clock.now()
    await service.become({ web: 'outage' })
    const incident = await service.one()
    expect(incident).toMatchObject({
      ...{ title: 'The web: outage', severity: 2, status: 'investigating', visibility: 'public', impact: 'critical' },
      ...{ openedBy: 'policy:outage', startedAtMs: redSinceMs, firstPublishedAtMs: null },
      components: [{ id: 'web', worstStatus: 'outage' }],
    })
    expect(incident.updates).toMatchObject([{ state: 'draft', status: 'investigating' }])
    expect(incident.updates[0]!.body).toBe(
      'We are currently experiencing a service disruption affecting The web. Our team is actively investigating and working to restore service. We will provide updates every 15 minutes. Estimated resolution time: not known yet.',
    )
    await service.tick()
    await service.tick(minute)
    await service.one()
    expect(await service.actions()).toEqual(['incident.open'])
    expect(service.told()).toEqual(['opened'])
    expect(await service.metric('akashic_incidents_opened_by_policy_total')).toContain('{policy="outage"} 1')
    expect(await service.metric('akashic_incidents_open')).toContain('{severity="SEV-2"} 1')
  })

  test('what is not critical, only slow or not measured opens none', async () => {
    await service.become({ blog: 'outage', web: 'degraded' })
    service.fallSilent('web')
    await service.tick(10 * minute)
    expect(await service.incidents()).toEqual([])
  })

  test('what is under maintenance opens none, whoever says that it is red, until that is over', async () => {
    const { id, version } = await scheduleMaintenance(service, operator, {
      ...{ title: 'Move', body: '', visibility: 'public', componentIds: ['web'], pausesChecks: false },
      ...{ scheduledForMs: service.clock.now() + minute, scheduledUntilMs: service.clock.now() + hour },
      isAutomatic: false,
    })
    const started = { id, version, status: 'in_progress' as const, body: '' }
    const { version: next } = await transitionMaintenance(service, operator, started)
    await service.become({ web: 'outage' })
    await service.raise({ componentId: 'web' })
    await service.tick(minute)
    expect(await service.incidents()).toEqual([])
    await transitionMaintenance(service, operator, { id, version: next, status: 'completed', body: '' })
    await service.tick(minute)
    expect(await service.one()).toMatchObject({ components: [{ id: 'web' }] })
  })

  test('who has no policy has no incident', async () => {
    service.usePolicies()
    await service.become({ web: 'outage' })
    expect(await service.incidents()).toEqual([])
  })

  test('what a person has opened an incident of already gets no other', async () => {
    await service.open({ componentIds: ['web'] })
    await service.become({ web: 'outage' })
    expect(await service.one()).toMatchObject({ openedBy: 'person:Ada', title: 'Checkout fails' })
  })
})

test('a policy is about its groups, after the time that it asks for, however its statuses change meanwhile', async () => {
  service = await policyHarness(shop, {
    name: 'slow',
    groups: ['Product'],
    when: ['degraded', 'outage'],
    for: '5m',
    severity: 'SEV-4',
  })
  await service.become({ web: 'outage', search: 'degraded' })
  await service.tick(3 * minute)
  await service.become({ search: 'outage' })
  expect(await service.incidents()).toEqual([])
  await service.tick(2 * minute)
  expect(await service.one()).toMatchObject({ severity: 4, openedBy: 'policy:slow', components: [{ id: 'search' }] })
})

test('the first policy that fits counts', async () => {
  service = await policyHarness(shop, { name: 'first', components: ['blog'] }, { name: 'second', severity: 'SEV-1' })
  await service.become({ blog: 'outage', web: 'outage' })
  const incidents = await service.incidents()
  expect(incidents.map(({ openedBy, components }) => [openedBy, components[0]!.id])).toEqual([
    ['policy:second', 'web'],
    ['policy:first', 'blog'],
  ])
})

test.each(['never', 'draft', 'auto'] as const)('with publish: %s the public reads what that says', async (publish) => {
  service = await policyHarness(shop, { name: 'any', publish })
  await service.become({ web: 'outage' })
  const { updates, firstPublishedAtMs } = await service.one()
  const states = { never: [], draft: ['draft'], auto: ['published'] }
  expect(updates.map(({ state }) => state)).toEqual(states[publish])
  expect(firstPublishedAtMs !== null).toBe(publish === 'auto')
})

describe('alerts', () => {
  const raise = (source: string, more: object = {}) =>
    service.raise({ source, fingerprint: 'web-errors', componentId: 'web', ...more }, anActor('operator'))

  test('about a component open an incident, which ends with the last of them', async () => {
    service = await policyHarness(shop)
    await service.become({ web: 'operational' })
    const { alert } = await raise('alertmanager')
    await raise('burn-rate')
    await service.tick()
    const { id } = await service.one()
    expect(await service.one()).toMatchObject({ title: 'The web: trouble was reported', status: 'investigating' })
    expect((await service.list()).alerts.map(({ incident }) => incident?.id)).toEqual([id, id])
    expect(alert!.incident).toBeNull()
    await raise('alertmanager', { status: 'resolved' })
    await service.tick()
    expect((await service.one()).status).toBe('investigating')
    await raise('burn-rate', { status: 'resolved' })
    await service.tick()
    expect((await service.one()).status).toBe('monitoring')
    await service.tick(10 * minute)
    expect((await service.one()).status).toBe('resolved')
  })

  test('of one fault, seen by its check too, are one incident, which lasts until all say that it is over', async () => {
    service = await policyHarness(shop)
    await service.become({ web: 'outage' })
    await raise('alertmanager')
    await service.tick()
    await raise('burn-rate')
    await service.tick()
    await service.one()
    expect((await service.list()).alerts.every(({ incident }) => incident !== null)).toBe(true)
    await service.become({ web: 'operational' })
    expect((await service.one()).status).toBe('investigating')
    await raise('alertmanager', { status: 'resolved' })
    await raise('burn-rate', { status: 'resolved' })
    await service.tick()
    expect((await service.one()).status).toBe('monitoring')
  })

  test('that no policy asks for, or about no component, open none', async () => {
    service = await policyHarness(shop)
    await raise('alertmanager', { severity: 'warning' })
    await raise('alertmanager', { fingerprint: 'blog', componentId: 'blog' })
    await raise('alertmanager', { fingerprint: 'nothing', componentId: null })
    await raise('truth', { fingerprint: 'own' })
    await service.tick()
    expect(await service.incidents()).toEqual([])
  })
})
