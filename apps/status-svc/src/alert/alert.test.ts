import { systemActor } from '@akashic/shared/audit'
import { aComponent, anActor, hour, minute } from '../service-harness.ts'
import { operator, responder } from '../incident/incident-harness.ts'
import { alertHarness, type AlertHarness } from './alert-harness.ts'
import { pruneAlerts } from './prune-alerts.ts'

let service: AlertHarness
beforeEach(async () => {
  service = await alertHarness([aComponent('web'), aComponent('database', { visibility: 'internal' })])
})
afterEach(() => service.close())

describe('raising an alert', () => {
  test('keeps it with an audit row and an event, and what is raised again is only seen again', async () => {
    const startedAtMs = service.clock.now() - minute
    const { alert, isNew } = await service.raise({ componentId: 'web', startedAtMs })
    expect(isNew).toBe(true)
    expect(alert).toMatchObject({
      version: 1,
      status: 'firing',
      severity: 'critical',
      component: { id: 'web' },
      firedAtMs: startedAtMs,
      lastSeenAtMs: service.clock.now(),
    })
    service.clock.advance(minute)
    const again = await service.raise({ componentId: 'web' })
    expect(again).toEqual({ alert: { ...alert!, lastSeenAtMs: service.clock.now() }, isNew: false })
    expect((await service.list()).alerts).toEqual([again.alert])
    expect(await service.actions()).toEqual(['alert.fire'])
    expect(service.toldOfAlerts()).toEqual(['fired'])
    expect(service.events[0]).toMatchObject({
      topic: 'akashic.incidents.v1',
      subject: alert!.id,
      actor: 'person:p1',
      data: { id: alert!.id, componentId: 'web', summary: 'One request in ten fails.', severity: 'critical' },
    })
  })

  test('is resolved once, and fires anew as another alert', async () => {
    const { alert } = await service.raise()
    service.clock.advance(minute)
    const resolved = await service.raise({ status: 'resolved', summary: '' })
    expect(resolved.alert).toMatchObject({
      id: alert!.id,
      version: 2,
      status: 'resolved',
      resolvedAtMs: service.clock.now(),
      summary: 'One request in ten fails.',
    })
    expect(await service.raise({ status: 'resolved' })).toEqual({ alert: null, isNew: false })
    const anew = await service.raise()
    expect(anew.isNew).toBe(true)
    expect(anew.alert!.id).not.toBe(alert!.id)
    expect(service.toldOfAlerts()).toEqual(['fired', 'resolved', 'fired'])
    expect(await service.actions()).toEqual(['alert.fire', 'alert.resolve', 'alert.fire'])
  })

  test('twice at once makes one alert, and resolving twice at once one event', async () => {
    for (let round = 0; round < 20; round++) {
      const fingerprint = `f${round}`
      const raised = await Promise.all([1, 2, 3].map(() => service.raise({ fingerprint })))
      expect(raised.filter(({ isNew }) => isNew)).toHaveLength(1)
      expect(new Set(raised.map(({ alert }) => alert!.id)).size).toBe(1)
      const resolved = await Promise.all([1, 2].map(() => service.raise({ fingerprint, status: 'resolved' })))
      expect(resolved.filter(({ alert }) => alert)).toHaveLength(1)
    }
    expect(service.toldOfAlerts()).toHaveLength(40)
  })

  test('of the same fingerprint from two sources makes two', async () => {
    await service.raise()
    expect(await service.raise({ source: 'burn-rate' })).toMatchObject({ isNew: true })
  })

  test.each([
    ['no source', { source: ' ' }, '/source'],
    ['a source without end', { source: 'x'.repeat(101) }, '/source'],
    ['no fingerprint', { fingerprint: '' }, '/fingerprint'],
    ['a fingerprint with a NUL', { fingerprint: 'a\0b' }, '/fingerprint'],
    ['a fingerprint without end', { fingerprint: 'x'.repeat(501) }, '/fingerprint'],
    ['no summary', { summary: '' }, '/summary'],
    ['a summary without end', { summary: 'x'.repeat(501) }, '/summary'],
    ['an assignee without end', { assignee: { role: 'x'.repeat(201), person: null } }, '/assignee'],
    ['a component that is none', { componentId: 'nothing' }, '/componentId'],
    ['a start that is no instant', { startedAtMs: Number.NaN }, '/startedAt'],
  ])('with %s is refused', async (_, more, pointer) => {
    await expect(service.raise(more)).rejects.toMatchObject({ code: 'invalid_argument', fields: [{ pointer }] })
    expect((await service.list()).alerts).toEqual([])
  })

  test('by a clock that is ahead begins now', async () => {
    const { alert } = await service.raise({ startedAtMs: service.clock.now() + hour })
    expect(alert!.firedAtMs).toBe(service.clock.now())
  })

  test('by a key that is limited to other components is refused', async () => {
    const limited = anActor('operator', { scope: ['web'] })
    await expect(service.raise({ componentId: 'database' }, limited)).rejects.toMatchObject({
      code: 'permission_denied',
    })
    await expect(service.raise({}, limited)).rejects.toMatchObject({ code: 'invalid_argument' })
    await service.raise({ componentId: 'database' })
    await expect(service.raise({ status: 'resolved' }, limited)).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(service.raise({ componentId: 'web' }, limited)).rejects.toMatchObject({ code: 'permission_denied' })
    expect((await service.list({ status: 'firing' })).alerts).toHaveLength(1)
    expect(await service.raise({ componentId: 'web', fingerprint: 'mine' }, limited)).toMatchObject({ isNew: true })
    expect((await service.list({}, limited)).alerts.map(({ fingerprint }) => fingerprint)).toEqual(['mine'])
  })
})

describe('an alert about an incident that is restricted', () => {
  const about = async () => {
    const { id } = await service.open({ visibility: 'restricted', title: 'Stolen key' }, responder)
    const assignee = { role: 'communications_lead', person: 'Mallory' }
    const signal = { incidentId: id, summary: 'Nobody looks for the stolen key.', assignee, componentId: 'web' }
    return { id, ...(await service.raise(signal, systemActor('status'))) }
  }

  test('is there for responders alone; who raises it again, or ends it, learns nothing of the incident', async () => {
    const { id, alert } = await about()
    expect(alert!.incident).toMatchObject({ id, visibility: 'restricted' })
    expect((await service.list({}, operator)).alerts).toEqual([])
    expect((await service.list({}, responder)).alerts).toHaveLength(1)
    expect((await service.raise()).alert).toMatchObject({ status: 'firing', incident: null, assignee: null })
    await expect(service.raise({ incidentId: id, fingerprint: 'x' })).rejects.toMatchObject({ code: 'not_found' })
    const ended = await service.raise({ status: 'resolved' })
    expect(ended.alert).toMatchObject({ status: 'resolved', incident: null })
  })

  test('is told without words, people or components', async () => {
    const { id, alert } = await about()
    await service.raise({ status: 'resolved' }, responder)
    const told = service.events.filter(({ subject }) => subject === alert!.id)
    expect(told).toHaveLength(2)
    for (const event of told) {
      expect(event).toMatchObject({ incidentId: id, data: { summary: 'Alert about an incident that is restricted.' } })
      expect(JSON.stringify(event)).not.toMatch(/stolen|Mallory|web/i)
    }
  })
})

test('an internal component is not named in events', async () => {
  await service.raise({ componentId: 'database', summary: 'Slow.', fingerprint: 'database-1 at 10.0.0.5' })
  expect(service.events).toMatchObject([{ data: { summary: 'Alert about a component that is internal.' } }])
  expect(JSON.stringify(service.events)).not.toMatch(/database|Slow|10\.0\.0\.5/)
})

describe('listing alerts', () => {
  test('gives each once, newest first, page after page', async () => {
    for (const fingerprint of ['a', 'b', 'c', 'd', 'e']) await service.raise({ fingerprint })
    const seen: string[] = []
    let cursor = ''
    do {
      const page = await service.list({ limit: 2, cursor })
      seen.push(...page.alerts.map(({ fingerprint }) => fingerprint))
      cursor = page.nextCursor
    } while (cursor !== '')
    expect(seen).toEqual(['e', 'd', 'c', 'b', 'a'])
    await expect(service.list({ cursor: 'x' })).rejects.toMatchObject({ code: 'invalid_argument' })
  })

  test('can be asked for by status, source and component', async () => {
    await service.raise({ fingerprint: 'a', componentId: 'web' })
    await service.raise({ fingerprint: 'b', source: 'truth' })
    await service.raise({ fingerprint: 'b', source: 'truth', status: 'resolved' })
    const found = async (more: object) => (await service.list(more)).alerts.map(({ fingerprint }) => fingerprint)
    expect(await found({ status: 'firing' })).toEqual(['a'])
    expect(await found({ status: 'resolved' })).toEqual(['b'])
    expect(await found({ source: 'truth' })).toEqual(['b'])
    expect(await found({ componentId: 'web' })).toEqual(['a'])
    expect(await found({})).toEqual(['b', 'a'])
  })
})

test('what was resolved long ago is removed; what fires stays', async () => {
  await service.raise({ fingerprint: 'a' })
  await service.raise({ fingerprint: 'b' })
  await service.raise({ fingerprint: 'b', status: 'resolved' })
  const kept = { db: service.db, retentionMs: () => hour }
  await pruneAlerts(kept, service.clock.now() + hour)
  expect((await service.list()).alerts).toHaveLength(2)
  await pruneAlerts(kept, service.clock.now() + hour + 1)
  expect((await service.list()).alerts.map(({ fingerprint }) => fingerprint)).toEqual(['a'])
})

test('an alert that gets worse while it fires is told again, with what is said of it now', async () => {
  const first = await service.raise({ severity: 'warning', summary: 'A tenth fails.' })
  expect(await service.raise({ severity: 'warning', summary: 'A tenth fails.' })).toEqual({ ...first, isNew: false })
  expect(service.events).toHaveLength(1)
  const { alert, isNew } = await service.raise({ severity: 'critical', summary: 'Everything fails.' })
  expect([isNew, alert!.version]).toEqual([false, 2])
  expect(service.events.map(({ data }) => data)).toMatchObject([
    { severity: 'warning', summary: 'A tenth fails.' },
    { id: alert!.id, severity: 'critical', summary: 'Everything fails.' },
  ])
})
