import { assignRole } from '../incident/assign-role.ts'
import { operator, responder } from '../incident/incident-harness.ts'
import { addUpdate } from '../incident/update.ts'
import { scheduleMaintenance, type ScheduleMaintenance } from '../maintenance/schedule.ts'
import { transitionMaintenance } from '../maintenance/transition.ts'
import { aComponent, anActor, hour, minute } from '../service-harness.ts'
import { tryToBeAlone } from './store.ts'
import { truthHarness, type TruthHarness } from './truth-harness.ts'

let service: TruthHarness
beforeEach(async () => {
  service = await truthHarness([
    aComponent('web', { critical: true }),
    aComponent('shop', { dependsOn: ['web'] }),
    aComponent('database', { critical: true, visibility: 'internal' }),
  ])
  for (const id of ['web', 'shop', 'database']) await service.turn(id, 'operational')
  await service.audit(0)
})
afterEach(() => service.close())

const nothing = { open: [], firing: [] }
const say = async (id: string, more: object = {}) =>
  addUpdate(service, operator, {
    ...{ id, version: (await service.read(id)).version, body: 'More.', status: null, publish: true },
    ...{ nextUpdateAtMs: null, ...more },
  })
const schedule = (more: Partial<ScheduleMaintenance> = {}) =>
  scheduleMaintenance(service, responder, {
    ...{ title: 'Move the database', body: '', visibility: 'public' as const, componentIds: ['web'] },
    ...{ scheduledForMs: service.clock.now(), scheduledUntilMs: service.clock.now() + hour },
    ...{ pausesChecks: false, isAutomatic: false, ...more },
  })
const move = (id: string, version: number, status: 'in_progress' | 'completed') =>
  transitionMaintenance(service, responder, { id, version, status, body: '' })

test('while the public is told what is known, nothing is found, and it is known that it was looked for', async () => {
  await service.audit()
  expect(await service.standing()).toEqual(nothing)
  expect((await service.findings(false)).auditedAtMs).toBe(service.clock.now())
})

describe('a page that is green while a critical check is red', () => {
  test('is found after a minute, and until the page says so', async () => {
    await service.engineSaw('web', ['operational', 'outage', 'outage'])
    await service.audit(30_000)
    await service.audit(15_000)
    expect(await service.standing()).toEqual(nothing)
    await service.audit()
    expect(await service.standing()).toEqual({
      open: [['page_green_while_red', 'web']],
      firing: ['page_green_while_red:web'],
    })
    const [finding] = (await service.findings(false)).findings
    expect(finding).toMatchObject({
      summary: 'The page shows web as operational, though check tcp says that web is down.',
      sinceMs: Date.parse('2026-03-01T00:00:05.000Z'),
    })
    await service.turn('web', 'outage')
    await service.audit()
    expect(await service.standing()).toEqual(nothing)
    expect((await service.findings(true)).findings).toEqual([{ ...finding, closedAtMs: service.clock.now() }])
    expect(service.toldOfAlerts()).toEqual(['fired', 'resolved'])
  })

  test('is found too where the component is internal and the page says that all is well, without naming it', async () => {
    await service.engineSaw('database', ['outage'])
    await service.turn('database', 'outage')
    await service.audit()
    expect(await service.standing()).toEqual({
      open: [['page_green_while_red', 'database']],
      firing: [expect.stringMatching(/^page_green_while_red:component-\d+$/)],
    })
    expect(JSON.stringify(service.events)).not.toContain('database')
    await service.turn('web', 'degraded')
    await service.audit()
    expect(await service.standing()).toEqual(nothing)
  })

  test('is not what a maintenance announces, what is flapping, what is too old to tell, or what is not critical', async () => {
    await service.engineSaw('shop', ['outage'])
    await service.engineSaw('web', ['outage'])
    const { id } = await schedule()
    await move(id, 1, 'in_progress')
    await service.audit()
    expect(await service.standing()).toEqual(nothing)
    await move(id, 2, 'completed')
    await service.audit(10 * minute)
    expect(await service.standing()).toEqual(nothing)
  })
})

describe('an update that the public was promised', () => {
  test('and does not get is found, and is an alert to the Communications Lead until it comes', async () => {
    const { id } = await service.open({ body: 'Web is down.', publish: true })
    await assignRole(service, operator, { id, version: 1, role: 'communications_lead', person: 'Grace' })
    await service.audit(20 * minute)
    expect(await service.standing()).toEqual(nothing)
    await service.audit()
    await service.audit()
    expect((await service.findings(false)).findings).toMatchObject([
      {
        ...{ kind: 'update_overdue', subject: { kind: 'incident', id } },
        summary: 'The public was promised word of "Checkout fails" by 00:20 UTC.',
        sinceMs: Date.parse('2026-03-01T00:20:00.000Z'),
      },
    ])
    expect((await service.list({ status: 'firing' })).alerts).toMatchObject([
      {
        ...{ source: 'incident', fingerprint: `update_overdue:${id}`, incident: { id } },
        assignee: { role: 'communications_lead', person: 'Grace' },
      },
    ])
    await say(id)
    await service.audit()
    expect(await service.standing()).toEqual(nothing)
    expect(service.toldOfAlerts()).toEqual(['fired', 'resolved'])
  })

  test('is the first word too, and its alert keeps no policy from ending the incident', async () => {
    const { id } = await service.open()
    await service.audit(5 * minute + 1)
    expect((await service.findings(false)).findings).toMatchObject([
      { summary: 'The public was told nothing of "Checkout fails" yet; the first word was due 00:05 UTC.' },
    ])
    expect((await service.list({ status: 'firing' })).alerts).toMatchObject([
      { assignee: { role: 'communications_lead', person: null }, incident: { id } },
    ])
    const { isAnyFiring, readEnded } = await import('../alert/alerts-of-incidents.ts')
    expect(await isAnyFiring(service.db, await service.read(id))).toBe(false)
    await say(id)
    await service.audit()
    expect(await readEnded(service.db)).toEqual([])
  })
})

describe('a maintenance past its end', () => {
  test('is found until somebody ends it', async () => {
    const { id } = await schedule()
    await move(id, 1, 'in_progress')
    await service.audit(hour)
    expect(await service.standing()).toEqual(nothing)
    await service.audit()
    expect(await service.standing()).toEqual({
      open: [['maintenance_past_end', id]],
      firing: [`maintenance_past_end:${id}`],
    })
    await move(id, 2, 'completed')
    await service.audit()
    expect(await service.standing()).toEqual(nothing)
    expect((await service.findings(true)).findings).toMatchObject([{ kind: 'maintenance_past_end' }])
  })

  test('is also one that was never begun, and one that the clock should have ended', async () => {
    const never = await schedule()
    const automatic = await schedule({ isAutomatic: true })
    await service.audit(hour + 1)
    expect((await service.standing()).open).toEqual([['maintenance_past_end', never.id]])
    await service.audit()
    expect((await service.standing()).open).toHaveLength(2)
    expect((await service.findings(false)).findings[0]!.subject.id).toBe(automatic.id)
  })
})

describe('an incident that is open though everything in it recovered', () => {
  const openOne = async () => {
    await service.turn('web', 'outage')
    const { id } = await service.open({ componentIds: ['web'], visibility: 'internal' })
    await service.audit()
    await service.turn('web', 'operational')
    return id
  }

  test('is found 15 minutes later, and until it is over', async () => {
    const id = await openOne()
    await service.audit(15 * minute - 1)
    expect(await service.standing()).toEqual(nothing)
    await service.audit()
    expect(await service.standing()).toEqual({
      open: [['open_though_recovered', id]],
      firing: [`open_though_recovered:${id}`],
    })
    await say(id, { status: 'resolved', publish: false })
    await service.audit()
    expect(await service.standing()).toEqual(nothing)
    expect(service.toldOfAlerts()).toEqual(['fired', 'resolved'])
  })

  test('has an hour while it is monitored, and has not recovered while one of them is unknown', async () => {
    const id = await openOne()
    await say(id, { status: 'monitoring', publish: false })
    await service.audit(hour - 1)
    expect(await service.standing()).toEqual(nothing)
    await service.audit()
    expect((await service.standing()).open).toEqual([['open_though_recovered', id]])
    await service.turn('web', 'unknown')
    await service.audit()
    expect(await service.standing()).toEqual(nothing)
  })

  test('is also one that is resolved while the public reads that it is not', async () => {
    const { id } = await service.open({ body: 'Web is down.', publish: true })
    const { updateId } = await say(id, { status: 'resolved', publish: false })
    expect(updateId).not.toBe('')
    await service.audit(15 * minute)
    expect((await service.findings(false)).findings).toMatchObject([
      {
        ...{ kind: 'open_though_recovered', subject: { id } },
        summary: '"Checkout fails" is resolved, and the public still reads that it is investigating.',
      },
    ])
    await say(id, { status: 'resolved' })
    await service.audit()
    expect(await service.standing()).toEqual(nothing)
  })
})

test('a replica whose picture is not renewed is found, and is forgiven when it is', async () => {
  await service.audit()
  service.freezePictureOfR2()
  await service.audit(59_000)
  await service.audit(30_000)
  await service.audit()
  expect(await service.standing()).toEqual({ open: [['page_stale', 'r2']], firing: ['page_stale:r2'] })
  service.thawPictureOfR2()
  await service.audit()
  await service.audit()
  expect(await service.standing()).toEqual(nothing)
  expect(service.toldOfAlerts()).toEqual(['fired', 'resolved'])
})

test('a component that is red without a published word for 10 minutes is found, and what it brought down is not', async () => {
  for (const verdict of ['partial_outage', 'outage', 'partial_outage', 'outage'] as const) {
    await service.turn('web', verdict)
    await service.turn('shop', 'outage')
    await service.audit(2.5 * minute - 1)
  }
  expect(await service.standing()).toEqual(nothing)
  await service.audit()
  expect((await service.standing()).open.toSorted()).toEqual([
    ['no_public_word', 'shop'],
    ['no_public_word', 'web'],
  ])
  const { id } = await service.open({ componentIds: ['web'], body: 'Web is down.' })
  await service.audit()
  expect((await service.standing()).firing).toHaveLength(2)
  await say(id)
  await service.audit()
  expect(await service.standing()).toEqual(nothing)
  expect((await service.findings(true)).findings).toHaveLength(2)
})

test('two replicas that audit at once find everything once, each minute', async () => {
  for (let i = 0; i < 5; i++) await service.open()
  await service.audit(6 * minute)
  for (let i = 0; i < 20; i++) await service.audit(5_000)
  expect((await service.findings(false)).findings).toHaveLength(5)
  expect(service.toldOfAlerts()).toEqual(['fired', 'fired', 'fired', 'fired', 'fired'])
  expect((await service.findings(true)).findings).toEqual([])
})

test('while one replica audits, the others leave it to it, and look again soon', async () => {
  await service.open()
  await service.db.transaction(async (tx) => {
    expect(await tryToBeAlone(tx)).toBe(true)
    await service.audit(6 * minute)
  })
  expect(await service.standing()).toEqual(nothing)
  await service.audit(5_000)
  expect((await service.standing()).open).toHaveLength(1)
})

test('an alert that somebody resolved fires again while the finding lasts', async () => {
  const { id } = await service.open()
  await service.audit(6 * minute)
  await service.raise({ source: 'incident', fingerprint: `update_overdue:${id}`, status: 'resolved' }, anActor('admin'))
  await service.audit()
  expect(service.toldOfAlerts()).toEqual(['fired', 'resolved', 'fired'])
  expect((await service.findings(false)).findings).toHaveLength(1)
})
