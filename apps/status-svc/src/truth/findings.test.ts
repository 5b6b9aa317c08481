import { operator, responder } from '../incident/incident-harness.ts'
import { scheduleMaintenance } from '../maintenance/schedule.ts'
import { aComponent, anActor, hour, minute } from '../service-harness.ts'
import { pruneFindings } from './prune-findings.ts'
import { truthHarness, type TruthHarness } from './truth-harness.ts'

let service: TruthHarness
beforeEach(async () => {
  service = await truthHarness([aComponent('web'), aComponent('shop')])
})
afterEach(() => service.close())

const viewer = anActor('viewer')
const ofShop = anActor('operator', { scope: ['shop'] })
const subjectsFor = async (actor = responder, onlyClosed = false) =>
  (await service.findings(onlyClosed, actor)).findings.map(({ subject }) => subject.id)

/** An incident of the component that is open though it recovered. */
async function recovered(componentId: string, visibility: 'internal' | 'restricted') {
  await service.turn(componentId, 'outage')
  const { id } = await service.open({ componentIds: [componentId], visibility, title: 'Stolen key' }, responder)
  service.clock.advance(minute)
  await service.turn(componentId, 'operational')
  return id
}

describe('who may know of a finding', () => {
  test('about a restricted incident are responders alone, of its alert too, and subscribers hear no word of it', async () => {
    const id = await recovered('web', 'restricted')
    await service.audit(15 * minute)
    expect(await subjectsFor()).toEqual([id])
    expect(await subjectsFor(operator)).toEqual([])
    expect(await subjectsFor(viewer)).toEqual([])
    expect((await service.list({}, responder)).alerts).toHaveLength(1)
    expect((await service.list({}, operator)).alerts).toEqual([])
    expect(service.toldOfAlerts()).toEqual(['fired'])
    expect(JSON.stringify(service.events)).not.toMatch(/stolen|web/i)
  })

  test('are, for keys that are limited to components, those that concern these', async () => {
    const ofWeb = await recovered('web', 'internal')
    const id = await recovered('shop', 'internal')
    service.freezePictureOfR2()
    await service.audit(14 * minute)
    await service.audit(minute)
    expect((await subjectsFor(viewer)).toSorted()).toEqual([ofWeb, id, 'r2'].toSorted())
    expect(await subjectsFor(ofShop)).toEqual([id])
  })

  test('about a restricted maintenance are responders alone, and its alert names nothing', async () => {
    const nowMs = service.clock.now()
    const { id } = await scheduleMaintenance(service, responder, {
      ...{ title: 'Change the stolen key', body: '', visibility: 'restricted', componentIds: ['web'] },
      ...{ scheduledForMs: nowMs, scheduledUntilMs: nowMs + hour, pausesChecks: false, isAutomatic: false },
    })
    await service.audit(hour + 1)
    expect(await subjectsFor()).toEqual([id])
    expect(await subjectsFor(operator)).toEqual([])
    expect(await subjectsFor(anActor('responder', { scope: ['shop'] }))).toEqual([])
    expect(await subjectsFor(anActor('responder', { scope: ['web'] }))).toEqual([id])
    expect((await service.list({}, operator)).alerts).toMatchObject([
      { summary: 'A maintenance that is not public is past its end.', component: null },
    ])
    expect(JSON.stringify(service.events)).not.toMatch(/stolen/i)
  })
})

test('findings are listed newest first, page after page, and what was is listed apart', async () => {
  for (let i = 0; i < 5; i++) await service.open({ title: `Incident ${i}` })
  await service.audit(6 * minute)
  const seen: string[] = []
  let cursor = ''
  do {
    const page = await service.findings(false, responder, { limit: 2, cursor })
    seen.push(...page.findings.map(({ summary }) => /Incident \d/.exec(summary)![0]))
    cursor = page.nextCursor
  } while (cursor !== '')
  expect(seen).toEqual(['Incident 4', 'Incident 3', 'Incident 2', 'Incident 1', 'Incident 0'])
  expect(await subjectsFor(responder, true)).toEqual([])
  await expect(service.findings(false, responder, { cursor: 'x' })).rejects.toMatchObject({ code: 'invalid_argument' })
})

test('what was closed long ago is removed, what is open is not', async () => {
  service.freezePictureOfR2()
  await service.audit(minute)
  await service.audit(minute)
  service.thawPictureOfR2()
  const { id } = await service.open()
  await service.audit(6 * minute)
  expect(await subjectsFor(responder, true)).toEqual(['r2'])
  const prune = (retentionMs: number) =>
    pruneFindings({ db: service.db, retentionMs: () => retentionMs }, service.clock.now())
  await prune(minute)
  expect(await subjectsFor(responder, true)).toEqual(['r2'])
  service.clock.advance(hour)
  await prune(minute)
  expect(await subjectsFor(responder, true)).toEqual([])
  expect(await subjectsFor()).toEqual([id])
})

describe('the metrics of the audit', () => {
  const age = async () =>
    /^akashic_truth_audit_age_seconds (\S+)$/m.exec(await service.metric('akashic_truth_audit_age_seconds'))?.[1]

  test('say that nothing was audited yet, and count no findings, not even none', async () => {
    expect(await age()).toBe('-1')
    expect(await service.metric('akashic_truth_findings')).not.toContain('kind=')
    expect((await service.findings(false)).auditedAtMs).toBeNull()
  })

  test('count what is open by kind, on every replica, and stop counting when nobody audits any more', async () => {
    await service.open()
    await service.audit(6 * minute)
    await service.audit(5_000)
    expect(await age()).toBe('5')
    expect(await service.metric('akashic_truth_findings')).toContain('{kind="update_overdue"} 1')
    expect(await service.metric('akashic_truth_findings')).toContain('{kind="page_stale"} 0')
    service.clock.advance(5 * minute + 1_000)
    expect(await age()).toBe('306')
    expect(await service.metric('akashic_truth_findings')).not.toContain('kind=')
  })

  test('show an audit that fails as one that is not made, and nothing of it is kept', async () => {
    await service.audit()
    const auditedAtMs = service.clock.now()
    await service.open()
    const broken = {
      picture: () => {
        throw new Error('no picture')
      },
    }
    await expect(service.auditWith({ board: broken })).rejects.toThrow('no picture')
    expect((await service.findings(false)).auditedAtMs).toBe(auditedAtMs)
    expect(await subjectsFor()).toEqual([])
  })
})
