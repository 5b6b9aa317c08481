import { aComponent, minute } from '../service-harness.ts'
import { assignRole } from '../incident/assign-role.ts'
import { incidentHarness, operator, responder, type IncidentHarness } from '../incident/incident-harness.ts'
import { listPublicIncidents } from '../incident/list-public.ts'
import { addUpdate } from '../incident/update.ts'
import { verifyTimeline } from '../timeline/verify-timeline.ts'
import { getPostmortem } from './get-postmortem.ts'
import { listActionItems } from './list-action-items.ts'
import { saveActionItem } from './save-action-item.ts'
import { savePostmortem } from './save-postmortem.ts'

let service: IncidentHarness
beforeEach(async () => {
  service = await incidentHarness([aComponent('web'), aComponent('vault', { visibility: 'internal' })])
})
afterEach(() => service.close())

const day = 24 * 60 * minute
const get = (id: string) => getPostmortem(service, operator.principal, id)
const save = (id: string, version: number, more: object = {}) =>
  savePostmortem(service, operator, { id, version, body: 'We learned.', publish: false, ...more })
const items = async (more: object = {}, actor = operator) =>
  (await listActionItems(service, actor.principal, { limit: 0, cursor: '', includeDone: false, ...more })).items

async function resolved(more: object = {}): Promise<string> {
  const { id } = await service.open({ body: 'Web is down.', publish: true, ...more })
  service.clock.advance(30 * minute)
  await addUpdate(service, operator, {
    id,
    version: 1,
    body: 'It works.',
    status: 'resolved',
    publish: true,
    nextUpdateAtMs: null,
  })
  return id
}

describe('the draft of a postmortem', () => {
  test('has every section of the template, filled with what the timeline tells', async () => {
    await service.turn('web', 'outage')
    service.clock.advance(3 * minute)
    const { id } = await service.open({ componentIds: ['web', 'vault'], rootId: 'web', severity: 1 })
    await assignRole(service, operator, { id, version: 1, role: 'incident_commander', person: 'Grace' })
    service.clock.advance(4 * minute)
    const words = { status: 'resolved' as const, body: 'It works.', publish: true, nextUpdateAtMs: null }
    await addUpdate(service, operator, { id, version: 2, ...words })
    await saveActionItem(service, operator, {
      incidentId: id,
      itemId: '',
      text: 'Add a disk',
      owner: 'Ada',
      dueAtMs: day,
    })
    const { body, isDraft, version, durations, dueAtMs } = await get(id)
    expect(body.match(/^## .*/gm)).toEqual([
      '## Owner',
      '## Overview',
      '## Contributing factors',
      '## Resolution',
      '## Impact',
      '## Responders',
      '## Durations',
      '## Timeline (UTC)',
      '## What went well',
      '## What went badly',
      '## Actions',
      '## Messages',
    ])
    expect(body).toContain('## Owner\n\nGrace')
    expect(body).toContain('SEV-1. It began at 2026-03-01 00:00:00 and was over at 2026-03-01 00:07:00.')
    expect(body).toContain('The web: outage, joined 2026-03-01 00:03:00, not seen to recover')
    expect(body).toContain('The vault (internal: not for the public)')
    expect(body).toContain('| detect | 2026-03-01 00:00:00 | 2026-03-01 00:03:00 | 3 min |')
    expect(body).toContain('2026-03-01 00:07:00 person:Ada: moved from investigating to resolved')
    expect(body).toContain('- [ ] Add a disk (Ada, due 1970-01-02)')
    expect(body).toContain('2026-03-01 00:07:00, resolved:\n\n> It works.')
    expect({ isDraft, version, dueAtMs }).toEqual({ isDraft: true, version: 0, dueAtMs: service.clock.now() + 3 * day })
    const start = Date.parse('2026-03-01')
    expect(durations).toEqual([
      { name: 'detect', fromMs: start, toMs: start + 3 * minute },
      { name: 'acknowledge', fromMs: start + 3 * minute, toMs: start + 3 * minute },
      { name: 'mitigate', fromMs: start, toMs: start + 7 * minute },
      { name: 'resolve', fromMs: start, toMs: start + 7 * minute },
      { name: 'first_public_word', fromMs: start, toMs: start + 7 * minute },
    ])
  })

  test('takes names and titles as text, never as markup', async () => {
    const { id } = await service.open({ title: '<img src=x onerror=alert(1)> [a](javascript:b)\n# c', body: 'x' })
    const { body } = await get(id)
    expect(body).toContain('# Postmortem: \\<img src=x onerror=alert\\(1\\)\\> \\[a\\]\\(javascript:b\\) \\# c')
    expect(body).not.toMatch(/[^\\]<img|[^\\]\]\(/)
  })

  test('of an incident that is not over says what was not reached', async () => {
    const { id } = await service.open()
    expect((await get(id)).body).toContain('| resolve | 2026-03-01 00:00:00 |  | not reached |')
  })
})

describe('saving a postmortem', () => {
  test('replaces the draft, documents the findings, and is read by the public once it is published', async () => {
    const id = await resolved()
    expect(await save(id, 0)).toBe(1)
    expect(await get(id)).toMatchObject({ body: 'We learned.', isDraft: false, isPublished: false, version: 1 })
    const publicly = async () =>
      (await listPublicIncidents(service, { limit: 0, cursor: '', onlyUnresolved: false, id })).incidents
    expect(await publicly()).toMatchObject([{ status: 'resolved', postmortem: '' }])
    expect(await save(id, 1, { body: 'We learned much.', publish: true })).toBe(2)
    expect(await publicly()).toMatchObject([{ status: 'postmortem', postmortem: 'We learned much.' }])
    const incident = await service.read(id)
    expect(incident.status).toBe('postmortem')
    expect(incident.ticks).toContainEqual(expect.objectContaining({ key: 'learn.findings', by: 'Ada' }))
    expect(service.told().slice(-2)).toEqual(['postmortem_published', 'status_changed'])
    await expect(save(id, 2, { body: 'Not for all.' })).rejects.toMatchObject({ code: 'failed_precondition' })
    expect(await save(id, 2, { body: 'A word more.', publish: true })).toBe(3)
    expect(await get(id)).toMatchObject({ isPublished: true, version: 3 })
    expect(await verifyTimeline(service, operator.principal, id)).toMatchObject({ isIntact: true })
  })

  test('of two people at once one wins, and the other hears the current version', async () => {
    const id = await resolved()
    const both = await Promise.allSettled([save(id, 0), save(id, 0)])
    expect(both.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    expect(both.find((one) => one.status === 'rejected')!.reason).toMatchObject({
      code: 'aborted',
      extra: { current: { version: 1 } },
    })
  })

  test('of an incident that is open can be saved and not published; a service publishes none', async () => {
    const { id } = await service.open()
    await expect(save(id, 0, { publish: true })).rejects.toMatchObject({ code: 'failed_precondition' })
    expect(await save(id, 0)).toBe(1)
    await expect(save(id, 1, { body: ' ' })).rejects.toMatchObject({ code: 'invalid_argument' })
  })

  test('of an internal incident is for no public', async () => {
    const { id } = await service.open({ visibility: 'internal' })
    const words = { status: 'resolved' as const, body: '', publish: false, nextUpdateAtMs: null }
    await addUpdate(service, operator, { id, version: 1, ...words })
    await save(id, 0, { publish: true })
    expect((await listPublicIncidents(service, { limit: 0, cursor: '', onlyUnresolved: false, id })).incidents).toEqual(
      [],
    )
  })
})

describe('action items', () => {
  const item = { itemId: '', text: 'Add a disk', owner: 'Ada', dueAtMs: Date.parse('2026-03-10') }

  test('are listed over all incidents until they are done, by due date, and then tick the prevention', async () => {
    const [a, b] = [await resolved(), await resolved()]
    const later = await saveActionItem(service, operator, { ...item, incidentId: a, dueAtMs: item.dueAtMs + day })
    const sooner = await saveActionItem(service, operator, { ...item, incidentId: b, text: 'Alert earlier' })
    expect((await items()).map(({ id }) => id)).toEqual([sooner.id, later.id])
    const done = await saveActionItem(service, operator, { incidentId: b, itemId: sooner.id, isDone: true })
    expect(done).toMatchObject({ text: 'Alert earlier', owner: 'Ada', doneAtMs: service.clock.now() })
    expect((await items()).map(({ id }) => id)).toEqual([later.id])
    expect((await items({ includeDone: true })).map(({ id }) => id)).toEqual([later.id, sooner.id])
    expect((await service.read(b)).ticks).toContainEqual(
      expect.objectContaining({ key: 'learn.prevention', evidence: 'all 1 action items are done' }),
    )
    expect((await service.read(a)).ticks.map(({ key }) => key)).not.toContain('learn.prevention')
  })

  test('come page by page, each once', async () => {
    const id = await resolved()
    for (let i = 0; i < 5; i++) {
      const saved = await saveActionItem(service, operator, { ...item, incidentId: id, text: `Do ${i}` })
      if (i % 2) await saveActionItem(service, operator, { incidentId: id, itemId: saved.id, isDone: true })
    }
    const seen: string[] = []
    let cursor = ''
    do {
      const page = await listActionItems(service, operator.principal, { limit: 2, cursor, includeDone: true })
      seen.push(...page.items.map(({ text }) => text))
      cursor = page.nextCursor
    } while (cursor !== '')
    expect(seen).toEqual(['Do 0', 'Do 2', 'Do 4', 'Do 1', 'Do 3'])
  })

  test('need words, an owner and a date, and belong to their incident', async () => {
    const [a, b] = [await resolved(), await resolved()]
    const { id } = await saveActionItem(service, operator, { ...item, incidentId: a })
    for (const field of ['text', 'owner', 'dueAtMs']) {
      const without = { ...item, incidentId: a, [field]: undefined }
      await expect(saveActionItem(service, operator, without)).rejects.toMatchObject({ code: 'invalid_argument' })
    }
    await expect(saveActionItem(service, operator, { incidentId: b, itemId: id })).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  test('of a restricted incident are for responders', async () => {
    const { id } = await service.open({ visibility: 'restricted' }, responder)
    await saveActionItem(service, responder, { ...item, incidentId: id })
    expect(await items()).toEqual([])
    expect(await items({}, responder)).toHaveLength(1)
  })
})
