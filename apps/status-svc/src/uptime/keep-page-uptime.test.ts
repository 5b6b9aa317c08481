import { aComponent, anActor, aVerdict, hour, minute, serviceHarness, type ServiceHarness } from '../service-harness.ts'
import { correct } from './correct.ts'
import { createPageUptimeKeeper } from './keep-page-uptime.ts'
import { createPageUptime } from './page-uptime.ts'
import { readNewestCorrection } from './store.ts'

let service: ServiceHarness
afterEach(() => service.close())

/** A keeper of the page's past, and how often it has read it. */
async function given(...inputs: Parameters<typeof serviceHarness>[0]) {
  service = await serviceHarness(inputs)
  let readings = 0
  const pageUptime = createPageUptime(service)
  const counted = { ...pageUptime, load: () => (readings++, pageUptime.load()) }
  const newestCorrection = () => readNewestCorrection(service.db)
  const keeper = createPageUptimeKeeper({ ...service, pageUptime: counted, monotonicMs: () => 0, newestCorrection })
  const start = service.clock.now()
  await service.apply(...inputs.map(({ id }) => aVerdict(id, 'operational', start)))
  service.clock.advance(hour)
  await keeper.tick(service.clock.now())
  readings = 0
  return {
    start,
    pageUptime,
    readingsAfter: async (ms: number) => {
      const before = readings
      service.clock.advance(ms)
      await keeper.tick(service.clock.now())
      return readings - before
    },
  }
}

test('measurements that change no state leave the past as it is read, until five minutes are over', async () => {
  const { readingsAfter } = await given(aComponent('web'))
  await service.apply(aVerdict('web', 'operational', service.clock.now(), { sinceMs: service.clock.now() - hour }))
  await readingsAfter(5_000)
  await service.apply(aVerdict('web', 'operational', service.clock.now(), { sinceMs: service.clock.now() - hour }))
  expect(await readingsAfter(minute)).toBe(0)
  expect(await readingsAfter(5 * minute)).toBe(1)
})

test('the past is read anew when a component turned, and when it counts otherwise', async () => {
  const { readingsAfter } = await given(aComponent('web'), aComponent('api'))
  await service.apply(aVerdict('web', 'outage', service.clock.now()))
  expect(await readingsAfter(1_000)).toBe(1)
  await service.configure([aComponent('web', { critical: true }), aComponent('api')])
  expect(await readingsAfter(1_000)).toBe(1)
  await service.configure([aComponent('web', { critical: true }), aComponent('api', { visibility: 'internal' })])
  expect(await readingsAfter(1_000)).toBe(1)
  expect(await readingsAfter(1_000)).toBe(0)
})

test('a correction shows within half a minute, and is read once', async () => {
  const { start, readingsAfter, pageUptime } = await given(aComponent('web', { critical: true }))
  await readingsAfter(30_000)
  const wrong = { componentId: 'web', fromMs: start, toMs: start + minute, status: 'outage' as const, reason: 'wrong' }
  await correct(service, anActor(), wrong)
  expect(await readingsAfter(30_000)).toBe(1)
  expect(pageUptime.windows('operational', service.clock.now()).last24h.downMs).toBe(minute)
  expect(await readingsAfter(30_000)).toBe(0)
})
