import { FakeClock } from '@akashic/shared/clock'
import { createLiveStatus } from '../live-status/live-status.ts'
import { applyMessage } from '../live-status/snapshot.ts'
import type { Snapshot } from '../live-status/snapshot.ts'
import { aComponent, aMessage } from '../testing/scripted-status-service.ts'
import { aPublicIncident, aTold, aToldUpdate } from '../testing/told-builders.ts'
import { createStatuspage } from './statuspage.ts'

function aStatuspage() {
  const clock = new FakeClock('2026-01-01T00:00:00.000Z')
  const live = createLiveStatus(clock)
  let page: { title: string; url?: string } = { title: 'Acme' }
  const statuspage = createStatuspage({ live, clock, page: () => page })
  let snapshot: Snapshot | null = null
  const say = (partial: Parameters<typeof aComponent>[0]): void => {
    const message = aMessage({ isFull: true, components: [aComponent(partial)], generatedAtMs: clock.now() })
    live.accept((snapshot = applyMessage(snapshot, message, clock.now())))
  }
  return { clock, live, statuspage, say, rename: (next: typeof page) => (page = next) }
}

test('nothing is told before status and words are known', () => {
  const { live, statuspage, say } = aStatuspage()
  live.acceptTold(aTold())
  expect(statuspage()).toBeNull()
  say({ id: 'web' })
  expect(statuspage()?.incidents).toHaveLength(1)
  const other = aStatuspage()
  other.say({ id: 'web' })
  expect(other.statuspage()).toBeNull()
})

test('it is the same, at the same time, until something that it tells of has changed', () => {
  const { clock, live, statuspage, say, rename } = aStatuspage()
  live.acceptTold(aTold({ maintenances: [] }))
  say({ id: 'web' })
  const first = statuspage()!
  expect(first.page.updated_at).toBe('2025-10-09T08:54:20.000Z')
  clock.advance(1_000)
  say({ id: 'web', responseTimeMs: 99, lastCheckedMs: clock.now() })
  live.acceptTold(aTold({ maintenances: [] }))
  expect(statuspage()).toBe(first)
  say({ id: 'web', status: 'STATUS_OUTAGE', sinceMs: clock.now() })
  expect(statuspage()!.page.updated_at).toBe('2026-01-01T00:00:01.000Z')
  clock.advance(1_000)
  const withdrawn = aPublicIncident({ updates: [aToldUpdate({ body: 'Less.' })] })
  live.acceptTold(aTold({ version: 2, maintenances: [], incidents: [withdrawn] }))
  expect(statuspage()!.page.updated_at).toBe('2026-01-01T00:00:02.000Z')
  rename({ title: 'Other', url: 'javascript:alert(1)' })
  expect(statuspage()!.page).toMatchObject({ name: 'Other', url: '/' })
})

test('once nobody vouches for the status, it is not `none`, says since when, and is `none` again afterwards', () => {
  const { clock, live, statuspage, say } = aStatuspage()
  live.acceptTold(aTold({ incidents: [] }))
  say({ id: 'web', group: '' })
  expect(statuspage()!.status.indicator).toBe('none')
  clock.advance(60_000)
  live.tick()
  expect(statuspage()).toMatchObject({
    status: { indicator: 'minor', description: 'Degraded System Service' },
    components: [{ status: 'degraded_performance', description: 'not measured since 2026-01-01 00:00 UTC' }],
    page: { updated_at: '2026-01-01T00:00:00.000Z' },
  })
  say({ id: 'web', group: '' })
  expect(statuspage()!.status.indicator).toBe('none')
})
