import { publicIncident } from '../incident/public-incident.ts'
import { aComponent, minute } from '../service-harness.ts'
import { policyHarness, type PolicyHarness } from './policy-harness.ts'

let service: PolicyHarness
afterEach(() => service.close())

const parts = [
  aComponent('database', { critical: true }),
  aComponent('web', { critical: true, dependsOn: ['database'] }),
]
const start = async (...args: Parameters<typeof policyHarness>) => {
  service = await policyHarness(...args)
  await service.become(Object.fromEntries(args[0].map(({ id }) => [id, 'operational' as const])))
}
const fires = (source: string, more: object = {}) => service.raise({ source, componentId: 'web', ...more })
const ends = (source: string) => service.raise({ source, status: 'resolved' })
const linked = async () =>
  (await service.list()).alerts.map(({ source, incident }) => [source, incident?.id]).toSorted()

const witnesses = {
  check: () => service.become({ web: 'outage' }),
  alertmanager: () => fires('alertmanager'),
  'burn-rate': () => fires('burn-rate', { fingerprint: 'web-availability' }),
}
type Witness = keyof typeof witnesses

test.each<[Witness, Witness, Witness]>([
  ['check', 'alertmanager', 'burn-rate'],
  ['alertmanager', 'check', 'burn-rate'],
  ['burn-rate', 'alertmanager', 'check'],
])('a fault seen by %s, then by %s, then by %s is one incident', async (...order) => {
  await start(parts)
  for (const witness of order) {
    await witnesses[witness]()
    await service.tick()
  }
  const { id, components, openedBy } = await service.one()
  expect(openedBy).toBe('policy:outage')
  expect(components).toMatchObject([{ id: 'web', worstStatus: 'outage' }])
  expect(await linked()).toEqual([
    ['alertmanager', id],
    ['burn-rate', id],
  ])
  expect(service.told().filter((name) => name === 'opened')).toHaveLength(1)
})

test('an alert about what depends on the root cause belongs to the incident of that cause', async () => {
  await start(parts)
  await service.become({ database: 'outage' })
  await fires('alertmanager')
  await service.tick()
  const { id, components } = await service.one()
  expect(components.map((component) => [component.id, component.isRoot]).toSorted()).toEqual([
    ['database', true],
    ['web', false],
  ])
  expect(await linked()).toEqual([['alertmanager', id]])
})

test('an alert about a component of an incident that a person opened belongs to that', async () => {
  await start(parts)
  const { id } = await service.open({ componentIds: ['web'] })
  await fires('alertmanager')
  await service.tick()
  expect(await service.one()).toMatchObject({ id, title: 'Checkout fails' })
  expect(await linked()).toEqual([['alertmanager', id]])
})

test('an alert that fires again while all is watched has it investigated again, and later ones reopen it', async () => {
  await start(parts)
  await fires('alertmanager')
  await service.tick()
  await ends('alertmanager')
  await service.tick()
  expect((await service.one()).status).toBe('monitoring')
  await fires('alertmanager')
  await service.tick()
  expect(await service.one()).toMatchObject({ status: 'investigating', resolveAtMs: null })
  await ends('alertmanager')
  await service.tick()
  await service.tick(10 * minute)
  expect((await service.one()).status).toBe('resolved')
  await service.tick(5 * minute)
  await fires('burn-rate')
  await service.tick()
  expect(await service.one()).toMatchObject({ status: 'investigating', reopenedCount: 1 })
})

test('an alert that was over before anybody looked opens none', async () => {
  await start(parts)
  await fires('alertmanager')
  await ends('alertmanager')
  await service.tick()
  expect(await service.incidents()).toEqual([])
})

test('alerts of the severities that a policy names open incidents of its components, others none', async () => {
  await start(parts, { name: 'warned', components: ['database'], alerts: ['warning'] })
  await fires('alertmanager', { severity: 'warning' })
  await fires('alertmanager', { componentId: 'database', severity: 'info', fingerprint: 'info' })
  await fires('alertmanager', { componentId: 'database', severity: 'critical', fingerprint: 'critical' })
  await service.tick()
  expect(await service.incidents()).toEqual([])
  await fires('alertmanager', { componentId: 'database', severity: 'warning', fingerprint: 'warning' })
  await service.tick()
  expect(await service.one()).toMatchObject({ openedBy: 'policy:warned', components: [{ id: 'database' }] })
})

test('an alert about an internal component names it, and says its words, in nothing that the public reads', async () => {
  const vault = aComponent('vault', { name: 'Vault of Secrets', visibility: 'internal' })
  await start([vault, aComponent('web', { dependsOn: ['vault'] })], { name: 'any', publish: 'auto' })
  await fires('alertmanager', { componentId: 'vault', summary: 'Sealed.' })
  await service.tick()
  const alone = await service.one()
  expect(alone).toMatchObject({ visibility: 'internal', firstPublishedAtMs: null })
  expect(publicIncident(alone)).toBeNull()
  await service.become({ vault: 'outage', web: 'outage' })
  const joint = await service.one()
  expect(joint.firstPublishedAtMs).not.toBeNull()
  expect(JSON.stringify(publicIncident(joint))).not.toMatch(/vault|sealed/i)
  expect(JSON.stringify(service.events)).not.toMatch(/vault/i)
})

test('two replicas that see a fault by its check and by alerts at once open one incident, round after round', async () => {
  await start(parts)
  for (let round = 1; round <= 6; round++) {
    await Promise.all([fires('alertmanager'), fires('burn-rate')])
    await service.become({ web: 'outage' }, 2)
    await service.tick(1_000, 2)
    const incidents = await service.incidents()
    expect(incidents).toHaveLength(round)
    expect((await service.list({ status: 'firing' })).alerts).toMatchObject([
      { incident: { id: incidents.at(-1)!.id } },
      { incident: { id: incidents.at(-1)!.id } },
    ])
    await Promise.all([ends('alertmanager'), ends('burn-rate')])
    await service.become({ web: 'operational' }, 2)
    await service.tick(10 * minute, 2)
    await service.tick(11 * minute, 2)
  }
  const told = service.told()
  expect(told.filter((name) => name === 'opened')).toHaveLength(6)
  expect(told.filter((name) => name === 'resolved')).toHaveLength(6)
})
