import { changeIncident } from '../incident/change.ts'
import { operator, responder } from '../incident/incident-harness.ts'
import { publicIncident } from '../incident/public-incident.ts'
import { editUpdate } from '../incident/edit-update.ts'
import { publishUpdate } from '../incident/publish-update.ts'
import { aComponent, minute } from '../service-harness.ts'
import { policyHarness, type PolicyHarness } from './policy-harness.ts'

let service: PolicyHarness
const start = async (...args: Parameters<typeof policyHarness>) => {
  service = await policyHarness(...args)
  await service.become(Object.fromEntries(args[0].map(({ id }) => [id, 'operational' as const])))
}
afterEach(() => service.close())

const parts = [
  aComponent('database'),
  aComponent('web', { dependsOn: ['database'] }),
  aComponent('shop', { dependsOn: ['web'] }),
]
const any = { name: 'any' }
const members = (incident: { components: readonly { id: string; isRoot: boolean }[] }) =>
  incident.components.map(({ id, isRoot }) => (isRoot ? `${id}*` : id)).toSorted()

describe('one root cause is one incident', () => {
  test('where all turn red at once, whoever asks for it', async () => {
    await start(parts, { name: 'shop', components: ['shop'] })
    await service.become({ database: 'outage', web: 'outage', shop: 'outage' })
    const incident = await service.one()
    expect(members(incident)).toEqual(['database*', 'shop', 'web'])
    expect(incident.title).toBe('The database, The shop and The web: outage')
  })

  test('where what depends on it turns red later', async () => {
    await start(parts, any)
    await service.become({ database: 'outage' })
    await service.become({ web: 'outage' })
    await service.become({ shop: 'outage' })
    const incident = await service.one()
    expect(members(incident)).toEqual(['database*', 'shop', 'web'])
    expect(incident.title).toBe('The database, The shop and The web: outage')
    expect(incident.updates).toMatchObject([{ state: 'draft' }])
    expect(incident.updates[0]!.body).toContain('affecting The database, The shop and The web.')
    expect(incident.updates[0]!.affected.toSorted((a, b) => a.id.localeCompare(b.id))).toMatchObject(
      ['database', 'shop', 'web'].map((id) => ({ id, oldStatus: 'operational', newStatus: 'outage' })),
    )
    expect(await service.actions()).toEqual(['incident.open', 'incident.gather', 'incident.gather'])
  })

  test('where the root turns red last', async () => {
    await start(parts, any)
    await service.become({ shop: 'outage' })
    expect(members(await service.one())).toEqual(['shop*'])
    await service.become({ web: 'outage' })
    expect(members(await service.one())).toEqual(['shop', 'web*'])
    await service.become({ database: 'outage' })
    expect(members(await service.one())).toEqual(['database*', 'shop', 'web'])
  })

  test('also where two incidents are there before it is found: the younger goes over into the older one', async () => {
    const both = [aComponent('database'), ...['a', 'b'].map((id) => aComponent(id, { dependsOn: ['database'] }))]
    await start(both, any)
    await service.become({ a: 'outage' })
    await service.become({ b: 'outage' })
    await service.raise({ componentId: 'b' })
    await service.tick()
    const apart = await service.incidents()
    expect(apart.map(members)).toEqual([['a*'], ['b*']])
    await service.become({ database: 'outage' })
    const [older, younger] = await service.incidents()
    expect(members(older!)).toEqual(['a', 'b', 'database*'])
    expect(older).toMatchObject({ id: apart[0]!.id, status: 'investigating' })
    expect(younger).toMatchObject({ status: 'resolved', components: [], firstPublishedAtMs: null })
    expect((await service.list()).alerts[0]!.incident!.id).toBe(older!.id)
    expect((await service.actions()).filter((action) => action === 'incident.merge')).toHaveLength(2)
    await service.tick(minute)
    expect(await service.incidents()).toHaveLength(2)
  })

  test('but what the public has read of stays by itself', async () => {
    const both = [aComponent('database'), ...['a', 'b'].map((id) => aComponent(id, { dependsOn: ['database'] }))]
    await start(both, { name: 'any', publish: 'auto' })
    await service.become({ a: 'outage' })
    await service.become({ b: 'outage' })
    await service.become({ database: 'outage' })
    expect((await service.incidents()).map(({ status }) => status)).toEqual(['investigating', 'investigating'])
  })

  test('while two faults that have nothing to do with each other are two', async () => {
    await start([aComponent('a'), aComponent('b')], any)
    await service.become({ a: 'outage', b: 'outage' })
    expect(await service.incidents()).toHaveLength(2)
  })
})

test('what a person took out does not join again while the same fault lasts', async () => {
  await start(parts, any)
  await service.become({ database: 'outage', web: 'outage' })
  const { id } = await service.one()
  const change = { id, version: null, addComponentIds: [], removeComponentIds: ['web'] }
  await changeIncident(service, operator, change)
  await service.tick(minute)
  expect(members(await service.one())).toEqual(['database*'])
})

describe('words', () => {
  test('that a person has changed stay when others join', async () => {
    await start(parts, any)
    await service.become({ database: 'outage' })
    const { id, updates } = await service.one()
    const untouched = { id, version: null, addComponentIds: [], removeComponentIds: [] }
    await changeIncident(service, operator, { ...untouched, title: 'Nothing works' })
    service.clock.advance(1)
    await editUpdate(service, operator, { id, version: null, updateId: updates[0]!.id, body: 'Sorry!' })
    await service.become({ web: 'outage' })
    const incident = await service.one()
    expect(members(incident)).toEqual(['database*', 'web'])
    expect(incident.title).toBe('Nothing works')
    expect(incident.updates.map(({ body }) => body)).toEqual(['Sorry!'])
  })

  test('that the public has read stay when others join', async () => {
    await start(parts, any)
    await service.become({ database: 'outage' })
    const { id, updates } = await service.one()
    await publishUpdate(service, operator, { id, version: null, updateId: updates[0]!.id })
    await service.become({ web: 'outage' })
    expect((await service.one()).updates.map(({ body }) => body)).toEqual(updates.map(({ body }) => body))
  })
})

test('internal components are named in no public word, title or event', async () => {
  const hidden = aComponent('vault', { name: 'Vault of Secrets', visibility: 'internal' })
  await start([hidden, aComponent('web', { dependsOn: ['vault'] })], { name: 'any', publish: 'auto' })
  await service.become({ vault: 'outage' })
  const alone = await service.one()
  expect(alone).toMatchObject({
    title: 'Internal components: outage',
    visibility: 'internal',
    firstPublishedAtMs: null,
  })
  expect(publicIncident(alone)).toBeNull()
  await service.become({ web: 'outage' })
  const incident = await service.one()
  expect(incident).toMatchObject({ title: 'The web: outage', visibility: 'public' })
  expect(members(incident)).toEqual(['vault*', 'web'])
  await service.become({ vault: 'operational', web: 'operational' })
  await service.tick(11 * minute)
  const over = await service.one()
  expect(over.status).toBe('resolved')
  const open = publicIncident(over)!
  expect(open.updates.map(({ status }) => status)).toEqual(['resolved', 'monitoring', 'investigating'])
  expect(JSON.stringify([open, service.events])).not.toMatch(/vault/i)
})

test('a fault that all can see does not vanish in a restricted incident of its component', async () => {
  await start(parts, any)
  await service.open({ title: 'Stolen key', visibility: 'restricted', componentIds: ['web'] }, responder)
  await service.become({ web: 'outage' })
  const incidents = await service.incidents()
  expect(incidents.map(({ visibility, components }) => [visibility, components.map(({ id }) => id)])).toEqual([
    ['restricted', ['web']],
    ['public', ['web']],
  ])
})
