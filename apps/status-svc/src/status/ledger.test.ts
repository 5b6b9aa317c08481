import { sql } from '@akashic/shared/postgres'
import { aComponent, anActor, aVerdict, hour, minute, serviceHarness, type ServiceHarness } from '../service-harness.ts'
import { listHistory } from '../uptime/list-history.ts'
import { rollUpDays } from '../uptime/roll-up-days.ts'

let service: ServiceHarness
let start: number
afterEach(() => service.close())

async function given(...inputs: Parameters<typeof serviceHarness>[0]) {
  service = await serviceHarness(inputs)
  start = service.clock.now()
}

/** The ledger, oldest first, in minutes since the start. */
async function ledgerOf(componentId: string) {
  const { intervals } = await listHistory(service, anActor('viewer').principal, { componentId, limit: 0, cursor: '' })
  return intervals
    .map(({ fromMs, toMs, status, isOpen }) => [
      (fromMs - start) / minute,
      isOpen ? null : (toMs - start) / minute,
      status,
    ])
    .reverse()
}

const shown = (id: string) => {
  service.clock.advance(1_000)
  return service.board.picture().components.get(id)
}

test('a component is unknown until it was checked, and then what its check says from the first such result on', async () => {
  await given(aComponent('web'))
  service.clock.advance(10 * minute)
  await service.apply(aVerdict('web', 'operational', start + 2 * minute))
  await service.apply(aVerdict('web', 'outage', start + 4 * minute, { sinceMs: start + 3 * minute }))
  expect(await ledgerOf('web')).toEqual([
    [0, 2, 'unknown'],
    [2, 3, 'operational'],
    [3, null, 'outage'],
  ])
})

test('results that were kept while the database was away are written in one go, in their order', async () => {
  await given(aComponent('web'))
  service.clock.advance(10 * minute)
  await service.apply(
    aVerdict('web', 'operational', start + 1 * minute),
    aVerdict('web', 'outage', start + 3 * minute),
    aVerdict('web', 'operational', start + 5 * minute),
  )
  expect(await ledgerOf('web')).toEqual([
    [0, 1, 'unknown'],
    [1, 3, 'operational'],
    [3, 5, 'outage'],
    [5, null, 'operational'],
  ])
})

test('a component whose check stops running turns unknown after three intervals and a timeout, from its last result on', async () => {
  await given(aComponent('web'))
  service.clock.advance(minute)
  await service.apply(aVerdict('web', 'operational', start + minute))
  service.clock.advance(3 * minute + 5_000)
  await service.expire()
  expect(shown('web')!.status).toBe('operational')
  service.clock.advance(1_000)
  await service.expire()
  expect(shown('web')).toMatchObject({
    status: 'unknown',
    sinceMs: start + minute,
    error: 'not checked for three intervals',
  })
  expect(await ledgerOf('web')).toEqual([
    [0, 1, 'unknown'],
    [1, null, 'unknown'],
  ])
})

const holdAllShards = (owner: string, leaseMs: number) =>
  service.db.query(sql`
    UPDATE status.shard
       SET owner = ${owner}, lease_until = clock_timestamp() + ${leaseMs} * interval '1 ms'`)

test('a replica whose clock is ahead does not turn unknown what another one checks', async () => {
  await given(aComponent('web'))
  await service.apply(aVerdict('web', 'operational', start))
  service.clock.advance(hour)
  await holdAllShards('r2', 600_000)
  await service.expire()
  expect(shown('web')!.status).toBe('operational')
  await holdAllShards('r2', -1)
  await service.expire()
  expect(shown('web')!.status).toBe('unknown')
})

test('what was dated ahead is taken back without a further result, by the replica that makes the checks alone', async () => {
  await given(aComponent('web'))
  service.clock.advance(24 * hour)
  await service.apply(aVerdict('web', 'operational', start + 24 * hour))
  expect(shown('web')!.status).toBe('operational')
  service.clock.advance(-23 * hour - 1_000)
  await holdAllShards('r2', -1)
  await service.expire()
  expect(shown('web')!.status).toBe('operational')
  await holdAllShards('r1', 600_000)
  const rightMs = service.clock.now()
  await service.expire()
  expect(shown('web')!.status).toBe('unknown')
  expect(await ledgerOf('web')).toEqual([
    [0, (rightMs - start) / minute, 'unknown'],
    [(rightMs - start) / minute, null, 'unknown'],
  ])
})

test('a stopped process leaves a gap, and after it the component is unknown until it is checked again', async () => {
  await given(aComponent('web'))
  await service.apply(aVerdict('web', 'operational', start + minute))
  service.clock.advance(2 * hour)
  await service.gap(start + 2 * minute, start + 2 * hour, 'web')
  await service.apply(aVerdict('web', 'operational', start + 2 * hour + minute, { sinceMs: start + minute }))
  service.clock.advance(10 * minute)
  expect(await ledgerOf('web')).toEqual([
    [0, 1, 'unknown'],
    [1, 2, 'operational'],
    [2, 120, 'unknown'],
    [120, 121, 'unknown'],
    [121, null, 'operational'],
  ])
})

test('a gap shorter than three intervals is unknown too, and afterwards the last result still holds', async () => {
  await given(aComponent('web'))
  await service.apply(aVerdict('web', 'outage', start + minute))
  service.clock.advance(3 * minute)
  await service.gap(start + minute, start + 2 * minute, 'web')
  expect(await ledgerOf('web')).toEqual([
    [0, 1, 'unknown'],
    [1, 2, 'unknown'],
    [2, null, 'outage'],
  ])
  expect(shown('web')).toMatchObject({ status: 'outage', sinceMs: start + 2 * minute })
})

test('a gap begins no earlier than the last result, and is that of the components named alone', async () => {
  await given(aComponent('web'), aComponent('api'))
  await service.apply(
    aVerdict('web', 'operational', start + 5 * minute),
    aVerdict('api', 'operational', start + 5 * minute),
  )
  service.clock.advance(7 * minute)
  await service.gap(start + 4 * minute, start + 6 * minute, 'web')
  expect(await ledgerOf('web')).toEqual([
    [0, 5, 'unknown'],
    [5, 6, 'unknown'],
    [6, null, 'operational'],
  ])
  expect(await ledgerOf('api')).toEqual([
    [0, 5, 'unknown'],
    [5, null, 'operational'],
  ])
})

test('after a clock that was a day ahead was set right, an outage is shown at once, and the time between is unknown', async () => {
  await given(aComponent('web'))
  await service.apply(aVerdict('web', 'operational', start))
  service.clock.advance(24 * hour)
  await service.apply(aVerdict('web', 'operational', start + 24 * hour))
  await rollUpDays({ db: service.db, retentionMs: () => 400 * 24 * hour }, service.clock.now() + 24 * hour)
  service.clock.advance(-24 * hour + 10 * minute)
  await service.apply(aVerdict('web', 'outage', start + 10 * minute))
  expect(shown('web')).toMatchObject({ status: 'outage', sinceMs: start + 10 * minute })
  expect(await ledgerOf('web')).toEqual([
    [0, 10, 'unknown'],
    [10, null, 'outage'],
  ])
  expect(await service.db.query(sql`SELECT day FROM status.uptime_day`)).toEqual([])
})

test('an outage is explained by the dependency that went down before or after it, and keeps that when it recovers first', async () => {
  await given(aComponent('db'), aComponent('api', { dependsOn: ['db'] }), aComponent('web', { dependsOn: ['api'] }))
  service.clock.advance(minute)
  await service.apply(...['db', 'api', 'web'].map((id) => aVerdict(id, 'operational', start)))
  await service.apply(aVerdict('web', 'outage', start + minute))
  expect(shown('web')!.causedBy).toBeNull()
  await service.apply(aVerdict('api', 'outage', start + minute), aVerdict('db', 'outage', start + minute))
  expect(shown('web')!.causedBy).toBe('db')
  await service.apply(
    aVerdict('db', 'operational', start + 2 * minute),
    aVerdict('api', 'operational', start + 2 * minute),
  )
  expect(shown('web')!.causedBy).toBeNull()
  const { intervals } = await listHistory(service, anActor('viewer').principal, {
    componentId: 'web',
    limit: 1,
    cursor: '',
  })
  expect(intervals[0]).toMatchObject({ status: 'outage', causedBy: 'db', error: 'connection refused' })
})

test('a state that is not committed is not shown', async () => {
  await given(aComponent('web'))
  const { db } = service
  const attempt = db.transaction(async (tx) => {
    const { applyVerdicts } = await import('./apply-verdicts.ts')
    await applyVerdicts(service, tx, [aVerdict('web', 'outage', start)])
    throw new Error('no')
  })
  await expect(attempt).rejects.toThrow('no')
  expect(shown('web')!.status).toBe('unknown')
  expect(await ledgerOf('web')).toEqual([[0, null, 'unknown']])
})

test('verdicts of a component that was deleted are dropped, whether the directory knows it or not', async () => {
  await given(aComponent('web'), aComponent('api'))
  await service.configure([aComponent('web')])
  await service.apply(aVerdict('api', 'outage', start), aVerdict('web', 'operational', start))
  expect(shown('api')).toBeUndefined()
  expect(shown('web')!.status).toBe('operational')
})

test('two replicas that write at once leave one ledger without overlap or hole', async () => {
  const ids = Array.from({ length: 8 }, (_, i) => `c${i}`)
  await given(...ids.map((id) => aComponent(id)))
  service.clock.advance(hour)
  const rounds = Array.from({ length: 30 }, (_, round) => async () => {
    const atMs = start + round * 2_000
    const order = round % 2 ? ids : ids.toReversed()
    await Promise.all([
      service.apply(...order.map((id) => aVerdict(id, round % 3 ? 'operational' : 'outage', atMs))),
      service.gap(atMs + 500, atMs + 1_000, ...ids.slice(round % 8)),
      service.expire(),
    ])
  })
  for (const round of rounds) await round()
  const faults = await service.db.query(sql`
    SELECT *
      FROM (SELECT component_num, from_at, to_at,
                   lead(from_at) OVER (PARTITION BY component_num ORDER BY from_at) AS next_from
              FROM status.state_interval) AS i
     WHERE to_at IS DISTINCT FROM next_from`)
  expect(faults).toEqual([])
})
