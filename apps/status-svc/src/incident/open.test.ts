import { aComponent, anActor, minute } from '../service-harness.ts'
import { changeIncident } from './change.ts'
import { readIncident } from './claim-incident.ts'
import { incidentHarness, operator, responder, type IncidentHarness } from './incident-harness.ts'
import { listIncidents } from './list.ts'

let service: IncidentHarness
afterEach(() => service.close())

const list = (actor = operator, more: object = {}) =>
  listIncidents(service, actor.principal, {
    limit: 0,
    cursor: '',
    statuses: [],
    severities: [],
    componentId: '',
    ...more,
  })

describe('opening an incident', () => {
  test('keeps what it is about, when it began and who opened it, with an audit row and an event', async () => {
    service = await incidentHarness([aComponent('web', { critical: true }), aComponent('mail')])
    await service.turn('web', 'outage')
    const redMs = service.clock.now()
    service.clock.advance(minute)
    const opened = await service.open({ componentIds: ['web'], rootId: 'web', body: 'We look into it.' })
    expect(await service.read(opened.id)).toEqual(opened)
    expect(opened).toMatchObject({
      version: 1,
      status: 'investigating',
      impact: 'critical',
      startedAtMs: redMs,
      openedAtMs: service.clock.now(),
      nextUpdateAtMs: service.clock.now() + 5 * minute,
      firstPublishedAtMs: null,
      openedBy: 'person:Ada',
      components: [{ id: 'web', worstStatus: 'outage', isRoot: true, recoveredAtMs: null }],
      updates: [{ body: 'We look into it.', state: 'draft', author: 'Ada' }],
    })
    expect(await service.actions()).toEqual(['incident.open'])
    expect(service.told()).toEqual(['opened'])
    expect(service.events[0]).toMatchObject({
      topic: 'akashic.incidents.v1',
      subject: opened.id,
      incidentId: opened.id,
      actor: 'person:p1',
      data: { title: 'Checkout fails', severity: 'SEV-2', components: [{ id: 'web', worstStatus: 'outage' }] },
    })
    expect(JSON.stringify(service.events)).not.toContain('We look into it')
  })

  test('with words that are published at once says so after saying that it was opened', async () => {
    service = await incidentHarness()
    const opened = await service.open({ body: 'Checkout fails for all.', publish: true })
    expect(opened).toMatchObject({
      firstPublishedAtMs: service.clock.now(),
      nextUpdateAtMs: service.clock.now() + 20 * minute,
    })
    expect(service.told()).toEqual(['opened', 'updated'])
    expect(service.events[1]!.data).toMatchObject({ change: 'published', update: { body: 'Checkout fails for all.' } })
  })

  test.each(['internal', 'restricted'] as const)('that is %s tells others only where it stands', async (visibility) => {
    service = await incidentHarness([aComponent('vault')])
    const opened = await service.open(
      { visibility, title: 'Stolen key', body: 'Mallory has it.', componentIds: ['vault'] },
      responder,
    )
    expect(service.events.map(({ data }) => data)).toEqual([
      { id: opened.id, severity: 'SEV-2', status: 'investigating', visibility },
    ])
    expect(JSON.stringify(service.events)).not.toMatch(/Stolen|Mallory|vault/)
    await expect(service.open({ visibility, body: 'Mallory has it.', publish: true }, responder)).rejects.toMatchObject(
      { code: 'failed_precondition' },
    )
  })

  test('about 1,000 components says so in events that a broker takes, and in one when more join', async () => {
    const ids = Array.from({ length: 1_000 }, (_, i) => `c${i}`)
    service = await incidentHarness(ids.map((id) => aComponent(id)))
    const { id } = await service.open({ componentIds: ids.slice(0, 600), rootId: 'c599' })
    const more = { addComponentIds: ids.slice(600), removeComponentIds: [] }
    const joined = await changeIncident(service, operator, { id, version: 1, ...more })
    expect(joined.components).toHaveLength(1_000)
    expect(service.told()).toEqual(['opened', 'updated'])
    const [opened, updated] = service.events.map(({ data }) => data as { components: object[]; componentCount: number })
    expect(opened).toMatchObject({ componentCount: 600 })
    expect(updated).toMatchObject({ change: 'components', componentCount: 1_000 })
    expect(updated!.components).toHaveLength(200)
    expect(updated!.components[0]).toMatchObject({ id: 'c599', isRoot: true })
    expect(joined.ticks.find(({ key }) => key === 'assess.impact')!.evidence).toMatch(/and 990 more/)
  })

  test.each([
    ['an empty title', { title: '  ' }, '/title'],
    ['a title with a NUL', { title: 'a\0b' }, '/title'],
    ['a title with half a character', { title: 'a\ud800' }, '/title'],
    ['a title without end', { title: 'x'.repeat(201) }, '/title'],
    ['words without end', { body: 'x'.repeat(20_001) }, '/body'],
    ['publishing no words', { publish: true }, '/body'],
    ['a component that is none', { componentIds: ['web', 'nothing'] }, '/componentIds/1'],
    ['a beginning in the future', { startedAtMs: Date.parse('2026-04-01') }, '/startedAt'],
    ['a promise in the past', { body: 'x', nextUpdateAtMs: Date.parse('2026-01-01') }, '/nextUpdateAt'],
  ])('refuses %s and writes nothing', async (_, more, pointer) => {
    service = await incidentHarness([aComponent('web')])
    await expect(service.open(more)).rejects.toMatchObject({ code: 'invalid_argument', fields: [{ pointer }] })
    expect((await list()).incidents).toEqual([])
    expect(await service.actions()).toEqual([])
  })

  test('by a key that is limited to other components is refused', async () => {
    service = await incidentHarness([aComponent('web'), aComponent('mail')])
    const limited = anActor('operator', { scope: ['mail'] })
    await expect(service.open({ componentIds: ['web'] }, limited)).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(service.open({}, limited)).rejects.toMatchObject({ code: 'invalid_argument' })
    expect(await service.open({ componentIds: ['mail'] }, limited)).toMatchObject({ status: 'investigating' })
  })
})

describe('reading incidents', () => {
  test('page after page gives each once, newest first', async () => {
    service = await incidentHarness()
    for (const title of ['a', 'b', 'c', 'd', 'e']) await service.open({ title })
    const seen: string[] = []
    for (let cursor = ''; ;) {
      const page = await list(operator, { limit: 2, cursor })
      seen.push(...page.incidents.map(({ title }) => title))
      cursor = page.nextCursor
      if (cursor === '') break
    }
    expect(seen).toEqual(['e', 'd', 'c', 'b', 'a'])
  })

  test('can be asked for by severity, status and component', async () => {
    service = await incidentHarness([aComponent('web')])
    await service.open({ title: 'a', severity: 1 })
    await service.open({ title: 'b', componentIds: ['web'] })
    const titles = async (more: object) => (await list(operator, more)).incidents.map(({ title }) => title)
    expect(await titles({ severities: [1] })).toEqual(['a'])
    expect(await titles({ componentId: 'web' })).toEqual(['b'])
    expect(await titles({ statuses: ['resolved'] })).toEqual([])
    expect(await titles({ statuses: ['investigating', 'resolved'] })).toEqual(['b', 'a'])
  })

  test('a restricted one does not exist for who is no responder', async () => {
    service = await incidentHarness()
    await expect(service.open({ visibility: 'restricted' })).rejects.toMatchObject({ code: 'permission_denied' })
    const { id } = await service.open({ visibility: 'restricted' }, responder)
    expect((await list()).incidents).toEqual([])
    expect((await list(responder)).incidents).toHaveLength(1)
    await expect(readIncident(service.db, operator.principal, id)).rejects.toMatchObject({ code: 'not_found' })
    expect(await readIncident(service.db, responder.principal, id)).toMatchObject({ id })
  })

  test('a key that is limited to some components sees their incidents alone', async () => {
    service = await incidentHarness([aComponent('web'), aComponent('mail')])
    await service.open({ title: 'a', componentIds: ['web'] })
    await service.open({ title: 'b', componentIds: ['web', 'mail'] })
    const limited = anActor('viewer', { scope: ['mail'] })
    expect((await list(limited)).incidents.map(({ title }) => title)).toEqual(['b'])
  })

  test('what is no id is not found', async () => {
    service = await incidentHarness()
    await expect(readIncident(service.db, operator.principal, "x'--")).rejects.toMatchObject({ code: 'not_found' })
  })
})
