import { systemClock } from '@akashic/shared/clock'
import { sql, type Database } from '@akashic/shared/postgres'
import { eventually, type TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { detachable, statusDatabase } from '../engine-harness.ts'
import { ShardHolder, type ShardHolderDeps } from './hold-shards.ts'

const leaseMs = 200
let database: TestDatabase
const holders: ShardHolder[] = []

beforeAll(async () => {
  database = await statusDatabase()
})
afterAll(() => database.close())
afterEach(async () => {
  await Promise.all(holders.splice(0).map((holder) => holder.stop().catch(() => undefined)))
  await database.db.query(sql`DELETE FROM status.member`)
  await database.db.query(sql`UPDATE status.shard SET owner = NULL, lease_until = NULL, alive_at = NULL`)
})

async function aHolder(
  replicaId: string,
  given: Partial<Pick<ShardHolderDeps, 'drain' | 'leaseMs'>> & { db?: Database } = {},
): Promise<ShardHolder> {
  const holder = new ShardHolder({
    db: database.db,
    clock: systemClock,
    monotonicMs: () => performance.now(),
    log: pino({ level: 'silent' }),
    replicaId,
    leaseMs,
    onGap: async () => undefined,
    drain: async () => undefined,
    onHeld: async () => undefined,
    ...given,
  })
  holders.push(holder)
  await holder.start()
  return holder
}

/** Shards by the replica that may make their checks now. */
function workedOn(...all: ShardHolder[]): number[] {
  return all.flatMap((holder) => (holder.isValid() ? [...holder.held.keys()] : []))
}

test('a lone replica holds every shard', async () => {
  const a = await aHolder('a')
  expect(a.held.size).toBe(64)
})

test('replicas that join take their fair share, and no shard is ever with two', async () => {
  const a = await aHolder('a')
  const b = await aHolder('b')
  const c = await aHolder('c')
  await eventually(() => {
    const shards = workedOn(a, b, c)
    expect(new Set(shards).size).toBe(shards.length)
    expect([a.held.size, b.held.size, c.held.size].sort()).toEqual([21, 21, 22])
  }, 10_000)
})

test('replicas that start at the same moment share without quarrel', async () => {
  const all = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((id) => aHolder(id)))
  await eventually(() => {
    expect(all.map((holder) => holder.held.size)).toEqual(all.map(() => 8))
    expect(new Set(workedOn(...all)).size).toBe(64)
  }, 10_000)
})

test('the shards of a replica that is cut off move to the others, and it stops working before they do', async () => {
  const db = detachable(database.db)
  const dying = await aHolder('dying', { db })
  const heir = await aHolder('heir')
  await eventually(() => expect([dying.held.size, heir.held.size]).toEqual([32, 32]), 10_000)
  db.isAway = true
  await eventually(() => {
    const shards = workedOn(dying, heir)
    expect(new Set(shards).size).toBe(shards.length)
    expect(heir.held.size).toBe(64)
  }, 10_000)
  expect(dying.isValid()).toBe(false)
  db.isAway = false
  await eventually(() => expect(dying.isValid()).toBe(true), 10_000)
  const shards = workedOn(dying, heir)
  expect(new Set(shards).size).toBe(shards.length)
})

test('a lone replica goes on while the database is away', async () => {
  const db = detachable(database.db)
  const alone = await aHolder('alone', { db })
  db.isAway = true
  await eventually(() => expect(alone.isRenewed()).toBe(false))
  expect(alone.isValid()).toBe(true)
})

test('a replica that stops hands over at once, after its checks are drained', async () => {
  const drained: number[] = []
  const long = { leaseMs: 600_000 }
  let handOvers = 0
  // The other replica has its round after each thing that the leaving one does, however busy the machine is.
  const db: Database = {
    ...database.db,
    listen: database.db.listen.bind(database.db),
    query: async (statement) => database.db.query(statement),
    transaction: async (work) => {
      const done = await database.db.transaction(work)
      if (drained.length > 0) {
        handOvers++
        await staying.soon()
      }
      return done
    },
  }
  const leaving = await aHolder('leaving', { ...long, db, drain: async (shards) => void drained.push(shards.size) })
  const staying = await aHolder('staying', long)
  expect(staying.held.size).toBe(0)
  await leaving.stop()
  expect(drained).toEqual([64])
  expect(handOvers).toBe(1)
  expect(staying.held.size).toBe(64)
})

test('the others are told when a replica stops, long before its lease or theirs runs out', async () => {
  const long = { leaseMs: 600_000 }
  const leaving = await aHolder('leaving', long)
  const staying = await aHolder('staying', long)
  await leaving.stop()
  await eventually(() => expect(staying.held.size).toBe(64), 60_000)
}, 90_000)

test('a shard that changes hands has a higher fencing token, and one that is renewed keeps it', async () => {
  const first = await aHolder('first')
  const token = first.held.get(0)!.fencingToken
  await first.soon()
  expect(first.held.get(0)!.fencingToken).toBe(token)
  await first.stop()
  const next = await aHolder('next')
  expect(next.held.get(0)!.fencingToken).toBe(token + 1)
})
