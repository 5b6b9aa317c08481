import { systemActor } from '@akashic/shared/audit'
import { operator, responder } from '../incident/incident-harness.ts'
import { aComponent, anActor, hour } from '../service-harness.ts'
import { silenceHarness, type SilenceHarness } from './silence-harness.ts'

const day = 24 * hour

let service: SilenceHarness
beforeEach(async () => {
  service = await silenceHarness([aComponent('web', { group: 'Shop' }), aComponent('mail')])
})
afterEach(() => service.close())

const raise = (fingerprint: string, more: object = {}) => service.raise({ fingerprint, ...more })

describe('a preview', () => {
  test('tells what fires now and would be muted, and what fired in the last week', async () => {
    await raise('long-ago', { labels: { job: 'api' } })
    await raise('still', { labels: { job: 'api' } })
    await raise('long-ago', { status: 'resolved' })
    service.clock.advance(8 * day)
    await raise('yesterday', { labels: { job: 'api' } })
    await raise('yesterday', { status: 'resolved' })
    service.clock.advance(day)
    await raise('now', { labels: { job: 'api' } })
    await raise('other', { labels: { job: 'web' } })
    const { now, nowCount, lastWeekCount } = await service.preview(['job=api'])
    expect(now.map(({ fingerprint }) => fingerprint)).toEqual(['now', 'still'])
    expect([nowCount, lastWeekCount]).toEqual([2, 3])
    expect(await service.actions()).not.toContain('silence.add')
  })

  test('shows the worst of many, and counts them all', async () => {
    await raise('worst', { severity: 'critical' })
    await raise('least', { severity: 'info' })
    for (let n = 0; n < 60; n++) await raise(`warning-${n}`, { severity: 'warning' })
    const { now, nowCount, lastWeekCount } = await service.preview(['source=prometheus'])
    expect(now).toHaveLength(50)
    expect(now.slice(0, 2).map(({ fingerprint }) => fingerprint)).toEqual(['worst', 'warning-59'])
    expect([nowCount, lastWeekCount]).toEqual([62, 62])
  })

  test('knows alerts by their component and its group', async () => {
    await raise('a', { componentId: 'web' })
    await raise('b', { componentId: 'mail' })
    await raise('c')
    const muted = async (...matchers: string[]) =>
      (await service.preview(matchers)).now.map(({ fingerprint }) => fingerprint)
    expect(await muted('group=Shop')).toEqual(['a'])
    expect(await muted('component=~web|mail')).toEqual(['b', 'a'])
    expect(await muted('severity=critical', 'component=')).toEqual(['c'])
  })

  test('names the open incidents of which nothing would be heard', async () => {
    await service.turn('web', 'outage')
    await service.turn('mail', 'outage')
    const web = await service.open({ componentIds: ['web'] })
    const both = await service.open({ componentIds: ['web', 'mail'] })
    const alerted = await service.open({ componentIds: ['web'] })
    await service.open({ componentIds: [] })
    await raise('a', { incidentId: alerted.id, labels: { job: 'api' } })
    const held = async (...matchers: string[]) => (await service.preview(matchers)).incidentIds.toSorted()
    expect(await held('component=web')).toEqual([web.id])
    expect(await held('component=~web|mail')).toEqual([web.id, both.id].toSorted())
    expect(await held('source=~check|prometheus')).toEqual([web.id, both.id, alerted.id].toSorted())
    expect(await held('job=api')).toEqual([])
  })

  test('names them all, however many they are', async () => {
    await service.turn('web', 'outage')
    for (let n = 0; n < 201; n++) await service.open({ componentIds: ['web'] })
    expect((await service.preview(['component=web'])).incidentIds).toHaveLength(201)
  }, 60_000)

  test('tells nobody of what they may not know of', async () => {
    const { id } = await service.open({ visibility: 'restricted' }, responder)
    await service.raise({ fingerprint: 'secret', incidentId: id }, systemActor('status'))
    await raise('open', { componentId: 'web' })
    const counts = async (actor: typeof operator) => {
      const { now, nowCount, lastWeekCount, incidentIds } = await service.preview(['source=prometheus'], actor)
      return [now.length, nowCount, lastWeekCount, incidentIds.length]
    }
    expect(await counts(responder)).toEqual([2, 2, 2, 1])
    expect(await counts(operator)).toEqual([1, 1, 1, 0])
    expect(await counts(anActor('viewer', { scope: ['mail'] }))).toEqual([0, 0, 0, 0])
  })

  test('of matchers that fit everything is refused', async () => {
    await expect(service.preview(['job!=api'])).rejects.toMatchObject({ fields: [{ pointer: '/matchers' }] })
  })
})
