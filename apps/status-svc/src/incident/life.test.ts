import { sql } from '@akashic/shared/postgres'
import { aComponent, anActor, minute } from '../service-harness.ts'
import { verifyTimeline } from '../timeline/verify-timeline.ts'
import { listTimeline } from '../timeline/list-timeline.ts'
import { assignRole } from './assign-role.ts'
import { changeIncident } from './change.ts'
import { editUpdate } from './edit-update.ts'
import { followComponents } from './follow-components.ts'
import { incidentHarness, operator, responder, type IncidentHarness } from './incident-harness.ts'
import type { IncidentStatus } from './incident.ts'
import { listPublicIncidents } from './list-public.ts'
import { publishUpdate } from './publish-update.ts'
import { tickChecklistItem } from './tick-item.ts'
import { addUpdate } from './update.ts'
import { withdrawUpdate } from './withdraw-update.ts'

let service: IncidentHarness
afterEach(() => service.close())

const update = async (id: string, status: IncidentStatus | null, body: string, publish = true, version?: number) =>
  addUpdate(service, operator, {
    id,
    version: version ?? (await service.read(id)).version,
    status,
    body,
    publish,
    nextUpdateAtMs: null,
  })
const change = async (id: string, more: object, actor = operator) =>
  changeIncident(service, actor, {
    id,
    version: (await service.read(id)).version,
    addComponentIds: [],
    removeComponentIds: [],
    ...more,
  })
const publicly = async (more: object = {}) =>
  (await listPublicIncidents(service, { limit: 0, cursor: '', onlyUnresolved: false, id: '', ...more })).incidents
const kinds = async (id: string) =>
  (await listTimeline(service, responder.principal, { id, limit: 200, cursor: '' })).entries
    .map(({ kind }) => kind)
    .filter((kind) => !kind.startsWith('checklist'))

test('an incident is told from its draft to its end, each step with its entry, its audit row and its event', async () => {
  service = await incidentHarness([aComponent('web', { critical: true })])
  await service.turn('web', 'outage')
  const { id } = await service.open({ componentIds: ['web'], body: 'Web is down.' })
  expect(await publicly()).toEqual([])

  service.clock.advance(2 * minute)
  const draft = (await service.read(id)).updates[0]!
  await publishUpdate(service, operator, { id, version: 1, updateId: draft.id })
  expect(await publicly()).toMatchObject([{ status: 'investigating', firstWordAfterMs: 2 * minute, postmortem: '' }])

  await update(id, 'identified', 'A disk is full.')
  await service.turn('web', 'operational')
  await followComponents(service)
  await update(id, 'monitoring', 'There is room again.')
  service.clock.advance(10 * minute)
  await update(id, 'resolved', 'It works.')
  expect(await publicly({ onlyUnresolved: true })).toEqual([])
  const [shown] = await publicly()
  expect(shown).toMatchObject({ status: 'resolved', resolvedAtMs: service.clock.now(), nextUpdateAtMs: null })
  expect(shown!.updates.map(({ body }) => body)).toEqual([
    'It works.',
    'There is room again.',
    'A disk is full.',
    'Web is down.',
  ])
  expect(shown!.updates[0]!.affected).toEqual([
    { id: 'web', name: 'The web', oldStatus: 'operational', newStatus: 'operational' },
  ])
  expect(shown!.updates[1]!.affected).toMatchObject([{ oldStatus: 'outage', newStatus: 'operational' }])

  await update(id, 'investigating', 'It is back.')
  expect(await service.read(id)).toMatchObject({ reopenedCount: 1, resolvedAtMs: null, impact: 'critical' })
  expect(await kinds(id)).toEqual([
    ...['opened', 'update_drafted', 'update_published', 'status_changed', 'update_published', 'recovered'],
    ...['status_changed', 'update_published', 'status_changed', 'update_published', 'reopened', 'update_published'],
  ])
  expect(service.told()).toEqual([
    ...['opened', 'updated', 'updated', 'status_changed', 'updated', 'updated', 'status_changed'],
    ...['updated', 'resolved', 'updated', 'reopened'],
  ])
  expect(new Set(service.events.map(({ subject }) => subject))).toEqual(new Set([id]))
  expect(await service.actions()).toEqual([
    ...['incident.open', 'incident.publish', 'incident.update', 'incident.follow_components'],
    ...['incident.update', 'incident.update', 'incident.update'],
  ])
  expect(await verifyTimeline(service, operator.principal, id)).toMatchObject({ isIntact: true })
})

test('a move that is not allowed is refused with the allowed ones named, and leaves nothing behind', async () => {
  service = await incidentHarness()
  const { id } = await service.open()
  await expect(update(id, 'postmortem', 'x')).rejects.toMatchObject({
    code: 'failed_precondition',
    message: 'An incident that is investigating cannot become postmortem. Allowed: identified, monitoring, resolved.',
    extra: { allowed: ['identified', 'monitoring', 'resolved'] },
  })
  expect(await service.read(id)).toMatchObject({ version: 1, updates: [] })
  expect(await kinds(id)).toEqual(['opened'])
})

test('of two people at once one wins, and the other hears at which version the incident is', async () => {
  service = await incidentHarness()
  const { id } = await service.open()
  for (let round = 1; round <= 20; round++) {
    const both = await Promise.allSettled([
      update(id, null, `a${round}`, true, round),
      update(id, null, `b${round}`, true, round),
    ])
    const lost = both.filter((one) => one.status === 'rejected')
    expect(lost).toHaveLength(1)
    expect(lost[0]!.reason).toMatchObject({ code: 'aborted', extra: { current: { id, version: round + 1 } } })
  }
  expect((await service.read(id)).updates).toHaveLength(20)
  expect(service.told().filter((name) => name === 'updated')).toHaveLength(20)
  expect(await verifyTimeline(service, operator.principal, id)).toMatchObject({ isIntact: true })
})

test('words can be edited and taken back, and the timeline keeps what they were', async () => {
  service = await incidentHarness()
  const { id } = await service.open({ body: 'All is lots.', publish: true })
  const updateId = (await service.read(id)).updates[0]!.id
  await editUpdate(service, operator, { id, version: 1, updateId, body: 'All is lost.' })
  expect((await publicly())[0]!.updates[0]!.body).toBe('All is lost.')
  await withdrawUpdate(service, operator, { id, version: 2, updateId, reason: 'It is not.' })
  expect(await publicly()).toEqual([])
  const { entries } = await listTimeline(service, operator.principal, { id, limit: 0, cursor: '' })
  expect(entries.filter(({ kind }) => /edited|withdrawn/.test(kind)).map(({ body }) => body)).toMatchObject([
    { original: 'All is lots.', body: 'All is lost.' },
    { original: 'All is lost.', reason: 'It is not.' },
  ])
  expect(service.events.slice(2).map(({ data }) => data)).toMatchObject([
    { change: 'edited', update: { body: 'All is lost.' } },
    { change: 'withdrawn', withdrawnUpdateId: updateId },
  ])
})

test('a service makes no words public; a person does', async () => {
  service = await incidentHarness()
  const robot = anActor('operator', { kind: 'service', name: 'ci' })
  const words = { body: 'Words', publish: true }
  await expect(service.open(words, robot)).rejects.toMatchObject({ code: 'permission_denied' })
  const { id } = await service.open({ body: 'Words', visibility: 'internal' }, robot)
  await expect(change(id, { visibility: 'public' }, robot)).rejects.toMatchObject({ code: 'permission_denied' })
  expect(await change(id, { visibility: 'public' })).toMatchObject({ visibility: 'public' })
})

test('what is no longer public is on no page, and its events say no more than where it stands', async () => {
  service = await incidentHarness()
  const { id } = await service.open({ title: 'Secret plan', body: 'Plan', publish: true })
  const before = service.events.length
  expect(await change(id, { visibility: 'restricted' }, responder)).toMatchObject({ nextUpdateAtMs: null })
  await expect(change(id, { title: 'x' })).rejects.toMatchObject({ code: 'not_found' })
  expect(await publicly()).toEqual([])
  await assignRole(service, responder, { id, version: 2, role: 'scribe', person: 'Ada' })
  const data = service.events.slice(before).map((event) => event.data)
  expect(data).toHaveLength(2)
  for (const body of data) {
    expect(Object.keys(body as object).sort()).toEqual(['change', 'id', 'severity', 'status', 'visibility'])
  }
  await expect(change(id, { visibility: 'public' })).rejects.toMatchObject({ code: 'not_found' })
  await change(id, { visibility: 'public' }, responder)
  expect(await publicly()).toMatchObject([{ title: 'Secret plan' }])
})

test('components join and leave; what is no component is refused', async () => {
  service = await incidentHarness([aComponent('web'), aComponent('mail')])
  await service.turn('mail', 'outage')
  const { id } = await service.open({ componentIds: ['web'] })
  const joined = await change(id, { addComponentIds: ['mail', 'web'] })
  expect(joined).toMatchObject({ impact: 'major', components: [{ id: 'web' }, { id: 'mail', worstStatus: 'outage' }] })
  const left = await change(id, { removeComponentIds: ['mail'] })
  expect(left).toMatchObject({ impact: 'none', components: [{ id: 'web' }] })
  expect(await service.read(id)).toEqual(left)
  await expect(change(id, { removeComponentIds: ['mail'] })).rejects.toMatchObject({ code: 'invalid_argument' })
  await expect(change(id, { addComponentIds: ['nothing'] })).rejects.toMatchObject({
    fields: [{ pointer: '/addComponentIds/0' }],
  })
})

test('the ticket is kept by its link, ticked by it, and nothing but a web link is taken', async () => {
  service = await incidentHarness()
  const { id } = await service.open()
  const link = 'https://tickets.example.org/7'
  const linked = await change(id, { ticketUrl: link })
  expect(linked.ticks).toContainEqual(expect.objectContaining({ key: 'communicate.ticket', evidence: link }))
  await expect(change(id, { ticketUrl: 'javascript:alert(1)' })).rejects.toMatchObject({ code: 'invalid_argument' })
})

test('people tick items by name; an unknown item or role is refused with the known ones named', async () => {
  service = await incidentHarness()
  const { id } = await service.open()
  const item = { id, version: 1, key: 'investigate.logs', isTicked: true, evidence: 'https://logs.example.org' }
  const done = await tickChecklistItem(service, operator, item)
  expect(done.ticks).toContainEqual(
    expect.objectContaining({ key: 'investigate.logs', by: 'Ada', isBySystem: false, atMs: service.clock.now() }),
  )
  await expect(tickChecklistItem(service, operator, { ...item, version: 2, key: 'x' })).rejects.toMatchObject({
    code: 'not_found',
  })
  await expect(assignRole(service, operator, { id, version: 2, role: 'hero', person: 'Ada' })).rejects.toThrow(
    'incident_commander',
  )
})

describe('the timeline of an incident', () => {
  test('shows an entry that was changed in the database, and refuses to change it otherwise', async () => {
    service = await incidentHarness()
    const { id, num } = await service.open({ body: 'All is well.', publish: true })
    await update(id, 'resolved', 'It was nothing.')
    const forge = sql`
      UPDATE status.timeline_entry
         SET body = '{"body": "All was terrible."}'
       WHERE incident_num = ${num} AND seq = 2`
    await expect(service.db.query(forge)).rejects.toThrow('append-only')
    await service.db.query(sql`ALTER TABLE status.timeline_entry DISABLE TRIGGER timeline_entry_append_only`)
    await service.db.query(forge)
    expect(await verifyTimeline(service, operator.principal, id)).toMatchObject({
      isIntact: false,
      brokenAtSeq: 2,
      problem: 'Entry 2 is not what was written.',
    })
  })

  test('shows that its end was cut off', async () => {
    service = await incidentHarness()
    const { id, num } = await service.open()
    const { timeline } = await service.read(id)
    await service.db.query(sql`ALTER TABLE status.timeline_entry DISABLE TRIGGER timeline_entry_append_only`)
    await service.db.query(sql`
      DELETE FROM status.timeline_entry
       WHERE incident_num = ${num} AND seq = ${timeline.seq}`)
    expect(await verifyTimeline(service, operator.principal, id)).toMatchObject({ brokenAtSeq: timeline.seq })
  })

  test('survives words that JSON and Postgres write in other ways, and comes page by page', async () => {
    service = await incidentHarness()
    const { id } = await service.open({ title: '"\\ é \u2028 \u{1f600} </script>' })
    for (const body of ['1e400', '\u0001 \u007f', 'ﬁ', '\n\r\t x']) await update(id, null, `${body}.`)
    expect(await verifyTimeline(service, operator.principal, id)).toMatchObject({ isIntact: true, problem: '' })
    const seen: number[] = []
    let cursor = ''
    do {
      const page = await listTimeline(service, operator.principal, { id, limit: 2, cursor })
      seen.push(...page.entries.map(({ seq }) => seq))
      cursor = page.nextCursor
    } while (cursor !== '')
    expect(seen).toEqual(Array.from({ length: (await service.read(id)).timeline.seq }, (_, i) => i + 1))
  })
})
