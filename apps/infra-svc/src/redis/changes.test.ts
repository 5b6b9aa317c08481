import { changesBetween } from './changes.ts'
import { parseInfo } from './info.ts'
import { sampleOf } from './sample.ts'

const aSample = (fields: Readonly<Record<string, string | number>> = {}) =>
  sampleOf(
    parseInfo(
      Object.entries({
        ...{ run_id: 'a', redis_version: '7.0.15', role: 'master', maxmemory: 0, maxmemory_policy: 'noeviction' },
        ...{ used_memory: 10_000_000, connected_clients: 10, evicted_keys: 0, rejected_connections: 0 },
        ...{ db0: 'keys=1000,expires=0,avg_ttl=0', cmdstat_get: 'calls=1000,usec=2000' },
        ...fields,
      })
        .map(([name, value]) => `${name}:${value}`)
        .join('\r\n'),
    ),
  )
const told = (now: Readonly<Record<string, string | number>>) => changesBetween(aSample(), aSample(now))

test('nothing has changed where nothing has', () => {
  expect(told({})).toEqual([])
})

test('settings, levels and counters that are other are told', () => {
  const now = {
    ...{ maxmemory: 8_388_608, maxmemory_policy: 'allkeys-lru', used_memory: 30_000_000, connected_clients: 40 },
    ...{ evicted_keys: 12, rejected_connections: 3, errorstat_OOM: 'count=4', db0: 'keys=5000,expires=0,avg_ttl=0' },
  }
  expect(told(now).map(({ what }) => what)).toEqual([
    ...['maxmemory-policy', 'maxmemory', 'memory', 'connections', 'keys'],
    ...['keys evicted', 'connections rejected', 'writes refused'],
  ])
  expect(told(now)).toContainEqual({ what: 'maxmemory', says: '8 MB; before it was without a limit' })
})

test('a command that got slower is told by what it took in this time alone', () => {
  expect(told({ cmdstat_get: 'calls=1100,usec=502000' })).toEqual([
    { what: 'command get', says: '100 calls at 5 ms; before it took 0.002 ms' },
  ])
})

test('after a restart or a failover that is told, and counters are not compared', () => {
  const now = { run_id: 'b', role: 'slave', evicted_keys: 900, cmdstat_get: 'calls=1100,usec=502000' }
  expect(told(now).map(({ what }) => what)).toEqual(['server', 'role'])
})
