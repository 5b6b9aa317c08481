import type { Clock } from '@akashic/shared/clock'
import { eventually } from '@akashic/testbed'
import { aComponent, aVerdict, anActor, minute, serviceHarness, type ServiceHarness } from '../service-harness.ts'
import { uptimeWindow } from '../uptime/windows.ts'
import { totalsOf } from '../uptime/totals.ts'
import { createBoard } from './board.ts'
import { createBoardKeeper } from './keep-board.ts'
import { readAllStates } from './state-store.ts'
import { heartbeatMs, watchStatus, type StatusMessage } from './watch.ts'

let service: ServiceHarness
afterEach(() => service.close())

const given = async (...inputs: Parameters<typeof serviceHarness>[0]) => (service = await serviceHarness(inputs))
const settle = () => new Promise((resolve) => setImmediate(resolve))
const noTime = uptimeWindow(totalsOf([], 0, 0))
const windows = { last24h: noTime, last7d: noTime, last30d: noTime, last90d: noTime }
const gateway = anActor('viewer', { kind: 'service' }).principal

/** Watches until the test ends; `sent` grows as messages come. */
function watch(): { sent: StatusMessage[]; stop: () => Promise<void> } {
  const abort = new AbortController()
  const sent: StatusMessage[] = []
  const deps = { ...service, asOfMs: () => service.clock.now(), toldVersion: () => 0, pageUptime: () => windows }
  const ended = watchStatus(deps, gateway, abort.signal, async (message) => void sent.push(message))
  return { sent, stop: () => (abort.abort(), ended) }
}

test('many changes within a second make one picture, and nothing new makes none', async () => {
  await given(aComponent('web'), aComponent('api'))
  service.clock.advance(minute)
  let pictures = 0
  service.board.onPicture(() => pictures++)
  const at = service.clock.now()
  await service.apply(aVerdict('web', 'operational', at))
  await service.apply(aVerdict('api', 'operational', at))
  service.clock.advance(1_000)
  expect(pictures).toBe(1)
  const { generatedAtMs } = service.board.picture()
  await service.apply(aVerdict('web', 'operational', at))
  service.clock.advance(minute)
  expect(pictures).toBe(1)
  expect(service.board.picture().generatedAtMs).toBe(generatedAtMs)
})

test('a change is seen at once when nothing changed within the last second, and never a second time within one', async () => {
  await given(aComponent('web'))
  service.clock.advance(minute)
  await service.apply(aVerdict('web', 'outage', service.clock.now()))
  service.clock.advance(0)
  expect(service.board.picture().components.get('web')!.status).toBe('outage')
  await service.apply(aVerdict('web', 'operational', service.clock.now()))
  service.clock.advance(999)
  expect(service.board.picture().components.get('web')!.status).toBe('outage')
  service.clock.advance(1)
  expect(service.board.picture().components.get('web')!.status).toBe('operational')
})

test('what is measured anew without a change of state is shown every five seconds, or along with the next change', async () => {
  await given(aComponent('web'), aComponent('api'))
  const lastChecked = () => service.board.picture().components.get('web')!.lastCheckedMs
  const start = service.clock.now()
  await service.apply(aVerdict('web', 'operational', start), aVerdict('api', 'operational', start))
  service.clock.advance(1_000)
  expect(lastChecked()).toBe(start)
  await service.apply(aVerdict('web', 'operational', start + 1_000))
  service.clock.advance(4_999)
  expect(lastChecked()).toBe(start)
  service.clock.advance(1)
  expect(lastChecked()).toBe(start + 1_000)
  await service.apply(aVerdict('web', 'operational', start + 6_000))
  service.clock.advance(1_000)
  expect(lastChecked()).toBe(start + 1_000)
  await service.apply(aVerdict('api', 'outage', start + 7_000))
  service.clock.advance(0)
  expect(lastChecked()).toBe(start + 6_000)
})

test.each([
  ['its status', { verdict: 'degraded' as const }],
  ['what is wrong', { failure: { code: 'timeout', sentence: 'timed out after 5 s', detail: 'no answer' } }],
  ['flapping', { isFlapping: true }],
])('a change of %s does not wait for the next measurement', async (_, change) => {
  await given(aComponent('web'))
  await service.apply(aVerdict('web', 'outage', service.clock.now()))
  service.clock.advance(minute)
  const measured = { ...aVerdict('web', 'outage', service.clock.now()), sinceMs: service.clock.now() - minute }
  await service.apply(measured)
  service.clock.advance(0)
  const { generatedAtMs } = service.board.picture()
  expect(generatedAtMs).toBe(service.clock.now())
  await service.apply({ ...measured, atMs: service.clock.now() + 1, ...change })
  service.clock.advance(1_000)
  expect(service.board.picture().generatedAtMs).toBe(generatedAtMs + 1_000)
})

test('a clock that is set back does not stop the board', async () => {
  await given(aComponent('web'))
  let backMs = 0
  const clock: Clock = {
    now: () => service.clock.now() - backMs,
    after: (delayMs, action) => service.clock.after(delayMs, action),
  }
  const board = createBoard({ ...service, clock })
  board.load(await readAllStates(service.db))
  backMs = 60 * minute
  await service.apply(aVerdict('web', 'outage', service.clock.now()))
  board.put(await readAllStates(service.db))
  service.clock.advance(1_000)
  expect(board.picture().components.get('web')!.status).toBe('outage')
})

test('a replica that has just started shows what is known, before any time has passed', async () => {
  await given(aComponent('web'), aComponent('api'))
  await service.apply(aVerdict('web', 'operational', service.clock.now()))
  const board = createBoard(service)
  const keeper = createBoardKeeper({ ...service, board, replicaId: 'r2' })
  await keeper.start()
  const { components, overall } = board.picture()
  expect([...components.values()].map(({ id, status }) => `${id} ${status}`)).toEqual([
    'web operational',
    'api unknown',
  ])
  expect(overall).toBe('operational')
  await keeper.stop()
})

test('what other replicas write is read from the database when they say so', async () => {
  await given(aComponent('web'))
  const board = createBoard(service)
  const keeper = createBoardKeeper({ ...service, board, replicaId: 'r2' })
  await keeper.start()
  await service.apply(aVerdict('web', 'outage', service.clock.now()))
  await eventually(async () => {
    await keeper.tick(service.clock.now())
    service.clock.advance(10)
    expect(board.picture().components.get('web')).toMatchObject({ status: 'outage', error: 'connection refused' })
  })
  await keeper.stop()
})

test('what was missed while notices were lost is found before long all the same', async () => {
  await given(aComponent('web'))
  const deaf = { ...service.db, listen: async () => async () => undefined }
  const board = createBoard(service)
  const keeper = createBoardKeeper({ ...service, db: deaf, board, replicaId: 'r2' })
  await keeper.start()
  await service.apply(aVerdict('web', 'outage', service.clock.now()))
  service.clock.advance(15_000)
  await keeper.tick(service.clock.now())
  service.clock.advance(1_000)
  expect(board.picture().components.get('web')!.status).toBe('outage')
})

test('the moment of truth stands still while the database does not answer', async () => {
  await given(aComponent('web'))
  let isAway = false
  const query: typeof service.db.query = (statement) =>
    isAway ? Promise.reject(new Error('away')) : service.db.query(statement)
  const keeper = createBoardKeeper({ ...service, db: { ...service.db, query }, board: createBoard(service) })
  await keeper.start()
  const started = service.clock.now()
  isAway = true
  service.clock.advance(20_000)
  await expect(keeper.tick(service.clock.now())).rejects.toThrow('away')
  expect(keeper.asOfMs()).toBe(started)
  isAway = false
  await keeper.tick(service.clock.now())
  expect(keeper.asOfMs()).toBe(service.clock.now())
  await keeper.stop()
})

test('an older reading never overwrites what was written since', async () => {
  await given(aComponent('web'))
  const { num } = service.components.get('web')!
  const old = await readAllStates(service.db)
  await service.apply(aVerdict('web', 'outage', service.clock.now()))
  service.board.put(old)
  service.clock.advance(1_000)
  expect(old.get(num)!.status).toBe('unknown')
  expect(service.board.picture().components.get('web')!.status).toBe('outage')
})

test('a watcher is told everything, then what changed, then at least every two seconds that nothing did', async () => {
  await given(aComponent('web', { critical: true }), aComponent('db', { visibility: 'internal' }))
  service.clock.advance(minute)
  const { sent, stop } = watch()
  await settle()
  expect(sent[0]).toMatchObject({ isFull: true, overall: 'unknown', removedIds: [] })
  expect(sent[0]!.components.map(({ id }) => id)).toEqual(['web', 'db'])
  await service.apply(
    aVerdict('web', 'outage', service.clock.now()),
    aVerdict('db', 'operational', service.clock.now()),
  )
  await service.apply(aVerdict('db', 'operational', service.clock.now()))
  service.clock.advance(1_000)
  await settle()
  expect(sent[1]).toMatchObject({
    isFull: false,
    overall: 'outage',
    components: [{ id: 'web', status: 'outage' }, { id: 'db' }],
  })
  service.clock.advance(heartbeatMs)
  await settle()
  expect(sent[2]).toMatchObject({ isFull: false, components: [], asOfMs: service.clock.now() })
  await service.configure([aComponent('web', { critical: true })])
  service.clock.advance(1_000)
  await settle()
  expect(sent[3]).toMatchObject({ removedIds: ['db'] })
  await stop()
  const told = sent.length
  service.clock.advance(minute)
  await settle()
  expect(sent).toHaveLength(told)
})

test('a watcher that takes long is told several changes as one', async () => {
  await given(aComponent('web'))
  service.clock.advance(minute)
  const abort = new AbortController()
  const sent: StatusMessage[] = []
  let drain = () => {}
  const deps = { ...service, asOfMs: () => 0, toldVersion: () => 0, pageUptime: () => windows }
  const ended = watchStatus(deps, gateway, abort.signal, (message) => {
    sent.push(message)
    return new Promise((resolve) => (drain = resolve))
  })
  for (const verdict of ['outage', 'degraded', 'operational'] as const) {
    service.clock.advance(5_000)
    await service.apply(aVerdict('web', verdict, service.clock.now()))
    service.clock.advance(1_000)
  }
  expect(sent).toHaveLength(1)
  drain()
  await settle()
  expect(sent[1]!.components).toMatchObject([{ id: 'web', status: 'operational' }])
  abort.abort()
  drain()
  await ended
})

test('people do not watch: what is internal is in the stream', async () => {
  await given()
  const deps = { ...service, asOfMs: () => 0, toldVersion: () => 0, pageUptime: () => windows }
  const watched = watchStatus(deps, anActor('admin').principal, new AbortController().signal, async () => undefined)
  await expect(watched).rejects.toMatchObject({ code: 'permission_denied' })
})

test('a checker that cannot see is told, and nothing is red', async () => {
  await given(aComponent('web', { critical: true }))
  const failure = { code: 'blind', sentence: 'checker cannot see', detail: 'all witnesses failed' }
  await service.apply(aVerdict('web', 'unknown', service.clock.now(), { failure }))
  service.clock.advance(1_000)
  expect(service.board.picture()).toMatchObject({ isBlind: true, overall: 'unknown' })
  await service.apply(aVerdict('web', 'operational', service.clock.now()))
  service.clock.advance(1_000)
  expect(service.board.picture().isBlind).toBe(false)
})
