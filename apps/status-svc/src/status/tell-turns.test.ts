import { catalogue } from '@akashic/events'
import { createOutbox, type OutgoingEvent } from '@akashic/shared/events'
import { sql } from '@akashic/shared/postgres'
import { deleteComponent } from '../component/delete.ts'
import { createComponent } from '../component/create.ts'
import { aComponent, anActor, aVerdict, minute, serviceHarness, type ServiceHarness } from '../service-harness.ts'
import { applyVerdicts } from './apply-verdicts.ts'
import { expireStale } from './expire-stale.ts'

let service: ServiceHarness
let start: number
afterEach(() => service.close())

async function given(...inputs: Parameters<typeof serviceHarness>[0]) {
  service = await serviceHarness(inputs)
  start = service.clock.now()
}

/** What subscribers were told, in minutes since the start. */
const told = () =>
  service.turns.map(({ subject, data }) => {
    const { oldStatus, status, since } = data as Record<'oldStatus' | 'status' | 'since', string>
    return [subject, oldStatus, status, (Date.parse(since) - start) / minute]
  })

test('each change of status is told once, with what anybody may know of it', async () => {
  await given(aComponent('web', { critical: true }))
  service.clock.advance(10 * minute)
  await service.apply(aVerdict('web', 'operational', start + minute))
  await service.apply(aVerdict('web', 'outage', start + 3 * minute, { sinceMs: start + 2 * minute }))
  await service.apply(aVerdict('web', 'outage', start + 4 * minute))
  expect(told()).toEqual([
    ['web', 'unknown', 'operational', 1],
    ['web', 'operational', 'outage', 2],
  ])
  expect(service.turns[1]).toEqual({
    ...{ topic: 'akashic.status.v1', type: 'akashic.status.component_changed.v1', source: '/status', subject: 'web' },
    ...{
      id: expect.any(String) as unknown,
      time: new Date(start + 10 * minute).toISOString(),
      actor: 'service:status',
    },
    data: {
      ...{ id: 'web', visibility: 'public', critical: true, oldStatus: 'operational', status: 'outage' },
      ...{ since: new Date(start + 2 * minute).toISOString(), error: 'connection refused' },
    },
  })
  expect(JSON.stringify(service.turns)).not.toContain('10.0.0.1')
})

test('nothing is told of a component that only flaps, or only answers slower', async () => {
  await given(aComponent('web'))
  service.clock.advance(10 * minute)
  await service.apply(aVerdict('web', 'degraded', start + minute))
  const before = told().length
  await service.apply(aVerdict('web', 'degraded', start + 2 * minute, { isFlapping: true }))
  await service.apply(aVerdict('web', 'degraded', start + 3 * minute, { latencyMs: 900 }))
  await service.apply(aVerdict('web', 'degraded', start + 4 * minute))
  expect(told()).toHaveLength(before)
})

test('results that were kept while the database was away tell each change between them, in order', async () => {
  await given(aComponent('web'))
  service.clock.advance(10 * minute)
  await service.apply(
    aVerdict('web', 'operational', start + minute),
    aVerdict('web', 'outage', start + 3 * minute),
    aVerdict('web', 'operational', start + 5 * minute),
  )
  expect(told()).toEqual([
    ['web', 'unknown', 'operational', 1],
    ['web', 'operational', 'outage', 3],
    ['web', 'outage', 'operational', 5],
  ])
})

test('what nobody checked any more is told to be unknown, once with several replicas', async () => {
  await given(aComponent('web'))
  await service.apply(aVerdict('web', 'operational', start))
  service.clock.advance(10 * minute)
  const nowMs = service.clock.now()
  await Promise.all(['r1', 'r2', 'r3'].map((replicaId) => expireStale({ ...service, replicaId }, nowMs)))
  expect(told().slice(1)).toEqual([['web', 'operational', 'unknown', 0]])
  await service.apply(aVerdict('web', 'operational', start + 10 * minute))
  expect(told().slice(2)).toEqual([['web', 'unknown', 'operational', 10]])
})

test('a stretch without checks is told where it leaves the component with another status', async () => {
  await given(aComponent('web'), aComponent('shop'))
  await service.apply(aVerdict('web', 'operational', start), aVerdict('shop', 'operational', start + 9.5 * minute))
  service.clock.advance(10 * minute)
  await service.gap(start + minute, start + 10 * minute, 'web', 'shop')
  expect(told().slice(2)).toEqual([['web', 'operational', 'unknown', 10]])
})

test('a component that goes leaves its subscribers with nothing known, and one that comes begins with that', async () => {
  await given(aComponent('web'), aComponent('shop'))
  await createComponent(service, anActor(), JSON.stringify(aComponent('mine', { visibility: 'internal' })))
  await service.components.refresh()
  service.clock.advance(2 * minute)
  const all = ['web', 'shop', 'mine']
  await service.apply(...all.map((id) => aVerdict(id, 'outage', start + minute)))
  await service.configure([aComponent('web')])
  await deleteComponent(service, anActor(), { id: 'mine', version: 1 })
  expect(told().slice(3)).toEqual([
    ['shop', 'outage', 'unknown', 1],
    ['mine', 'outage', 'unknown', 1],
  ])
  expect(service.turns[4]!.data).toMatchObject({ visibility: 'internal' })
})

test('components that turn together are told in one statement, and the outbox holds all of it or none', async () => {
  const ids = Array.from({ length: 300 }, (_, i) => `c${i}`)
  await given(...ids.map((id) => aComponent(id)))
  const outbox = createOutbox('status')
  let additions = 0
  const counting = { add: (...added: Parameters<typeof outbox.add>) => (additions++, outbox.add(...added)) }
  const verdicts = (verdict: 'outage' | 'degraded') => ids.map((id) => aVerdict(id, verdict, start))
  await service.db.transaction((tx) => applyVerdicts({ ...service, outbox: counting }, tx, verdicts('outage')))
  const waiting = await service.db.query<{ event: OutgoingEvent }>(sql`SELECT event FROM status.outbox ORDER BY seq`)
  expect(additions).toBe(1)
  expect(waiting.map(({ event }) => event.subject).sort()).toEqual([...ids].sort())
  const { data } = catalogue.find(({ type }) => type === waiting[0]!.event.type)!
  expect(data.safeParse(waiting[0]!.event.data).success).toBe(true)

  await service.db.query(sql`ALTER TABLE status.outbox RENAME TO outbox_away`)
  const untold = service.db.transaction((tx) => applyVerdicts({ ...service, outbox }, tx, verdicts('degraded')))
  await expect(untold).rejects.toThrow()
  const [row] = await service.db.query<{ turned: number }>(sql`
    SELECT count(*) AS turned
      FROM status.component_state
     WHERE status = 'degraded'`)
  expect(row!.turned).toBe(0)
})
