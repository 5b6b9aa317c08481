import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually, testDatabase, type TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { FakeClock, systemClock } from '../clock/index.ts'
import { sql } from '../postgres/index.ts'
import { createQueue, RetryLater, type Queue, type QueueDefinition } from './index.ts'

const log = pino({ level: 'silent' })
const once: QueueDefinition = {
  name: 'test.deliver',
  retryLimit: 0,
  retryDelaySeconds: 1,
  retryDelayMaxSeconds: 2,
  heartbeatSeconds: 10,
  expireInSeconds: 60,
}

let database: TestDatabase
let queues: Queue[]

beforeEach(async () => {
  database = await testDatabase()
  queues = []
})
afterEach(async () => {
  await Promise.all(queues.map((queue) => queue.stop(1_000)))
  await database.close()
})

function aQueue(clock = systemClock): Queue {
  const queue = createQueue({ url: database.url, clock, log })
  queues.push(queue)
  return queue
}

test('a process that defines no queue connects to nothing', async () => {
  const queue = createQueue({ url: 'postgres://nobody@127.0.0.1:1/none', clock: systemClock, log })
  await queue.start()
  await queue.stop(1_000)
})

test('an unreachable database is told as unavailable', async () => {
  const queue = createQueue({ url: 'postgres://nobody@127.0.0.1:1/none', clock: systemClock, log })
  await expect(queue.define(once)).rejects.toMatchObject({ code: 'unavailable' })
})

test('a job exists if and only if the transaction that sent it commits', async () => {
  const queue = aQueue()
  await queue.define(once)
  const seen: unknown[] = []
  await queue.work(once.name, async (job) => void seen.push(job.data))
  await queue.start()
  const undone = database.db.transaction(async (tx) => {
    await queue.send(tx, once.name, { word: 'undone' })
    throw new Error('no')
  })
  await expect(undone).rejects.toThrow('no')
  await database.db.transaction((tx) => queue.send(tx, once.name, { word: 'done' }))
  await eventually(() => expect(seen).toEqual([{ word: 'done' }]))
})

test('jobs of one key run one after another in the order sent, over two replicas', async () => {
  const [a, b] = [aQueue(), aQueue()]
  const order: number[] = []
  let running = 0
  for (const queue of [a, b]) {
    await queue.define(once)
    const run = async ({ data }: { data: unknown }) => {
      expect(++running).toBe(1)
      order.push((data as { n: number }).n)
      await delay(5)
      running--
    }
    await queue.work(once.name, run, { concurrency: 3 })
    await queue.start()
  }
  for (let n = 0; n < 8; n++) await database.db.transaction((tx) => a.send(tx, once.name, { n }, { key: 'one' }))
  await eventually(() => expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]), 20_000)
})

test('a failing job is tried again, holds back its key alone, and is kept with its error when given up', async () => {
  const queue = aQueue()
  await queue.define({ ...once, retryLimit: 1 })
  const done: string[] = []
  let attempts = 0
  await queue.work(once.name, async ({ data }) => {
    const { word } = data as { word: string }
    if (word === 'bad') {
      attempts++
      throw new Error('the other side is down')
    }
    done.push(word)
  })
  await queue.start()
  await database.db.transaction(async (tx) => {
    await queue.send(tx, once.name, { word: 'bad' }, { key: 'x' })
    await queue.send(tx, once.name, { word: 'behind it' }, { key: 'x' })
    await queue.send(tx, once.name, { word: 'elsewhere' }, { key: 'y' })
  })
  await eventually(() => expect(done).toEqual(['elsewhere']))
  await eventually(() => expect(done).toEqual(['elsewhere', 'behind it']), 15_000)
  expect(attempts).toBe(2)
  const dead = await database.db.query(sql`
    SELECT data
      FROM pgboss.job
     WHERE name = 'test.deliver.dead'`)
  expect(dead).toEqual([{ data: { word: 'bad' } }])
})

test('a job waits for its time, as the given clock tells it', async () => {
  const clock = new FakeClock(Date.parse('2030-01-01T00:00:00Z'))
  const queue = aQueue(clock)
  await queue.define(once)
  const seen: unknown[] = []
  await queue.work(once.name, async (job) => void seen.push(job.data))
  await queue.start()
  await database.db.transaction(async (tx) => {
    await queue.send(tx, once.name, { word: 'later' }, { startAt: clock.now() + 3_600_000 })
    await queue.send(tx, once.name, { word: 'due' }, { startAt: clock.now() - 1 })
  })
  await eventually(() => expect(seen).toEqual([{ word: 'due' }]))
  const [row] = await database.db.query<{ waits: boolean }>(sql`
    SELECT start_after > clock_timestamp() + interval '59 minutes' AS waits
      FROM pgboss.job
     WHERE data ->> 'word' = 'later'`)
  expect(row).toEqual({ waits: true })
})

test('stopping lets the job in flight finish', async () => {
  const queue = aQueue()
  await queue.define(once)
  const finished: string[] = []
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  await queue.work(once.name, async (job) => {
    finished.push('begun')
    await held
    finished.push(job.id)
  })
  await queue.start()
  const id = await database.db.transaction((tx) => queue.send(tx, once.name, {}))
  await eventually(() => expect(finished).toEqual(['begun']))
  const stopped = queue.stop(5_000)
  release()
  await stopped
  expect(finished).toEqual(['begun', id])
  const rows = await database.db.query(sql`SELECT state FROM pgboss.job WHERE id = ${id}`)
  expect(rows).toEqual([{ state: 'completed' }])
})

test('a job whose worker was killed is run by another once its heartbeat is overdue', async () => {
  const queue = aQueue()
  await queue.define({ ...once, retryLimit: 2 })
  await database.db.transaction((tx) => queue.send(tx, once.name, { word: 'survives' }))
  const script = `
    import { pino } from 'pino'
    import { systemClock } from '@akashic/shared/clock'
    import { createQueue } from '@akashic/shared/queue'
    const queue = createQueue({ url: ${JSON.stringify(database.url)}, clock: systemClock, log: pino({ level: 'silent' }) })
    await queue.work('test.deliver', () => { console.log('begun'); return new Promise(() => {}) })
    await queue.start()`
  const worker = spawn('node', ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve) => worker.stdout.once('data', resolve))
  worker.kill('SIGKILL')
  const seen: unknown[] = []
  await queue.work(once.name, async (job) => void seen.push(job.data))
  await queue.start()
  expect(seen).toEqual([])
  await eventually(() => expect(seen).toEqual([{ word: 'survives' }]), 50_000)
}, 60_000)

test('a schedule in UTC runs its job once among all replicas', async () => {
  const runs: string[] = []
  for (const name of ['a', 'b']) {
    const queue = aQueue()
    await queue.define(once)
    await queue.schedule(once.name, '* * * * * *')
    await queue.work(once.name, async () => void runs.push(name))
    await queue.start()
  }
  await eventually(() => expect(runs).toHaveLength(1), 25_000)
  const jobs = await database.db.query(sql`SELECT name FROM pgboss.job WHERE name = ${once.name}`)
  expect(jobs).toHaveLength(1)
  const schedules = await database.db.query(sql`SELECT name, timezone FROM pgboss.schedule`)
  expect(schedules).toEqual([{ name: once.name, timezone: 'UTC' }])
})

test('a handler that says when it wants its job again gets it then, and jobs of the same key wait for it', async () => {
  const queue = aQueue()
  await queue.define({ ...once, retryLimit: 5, retryDelaySeconds: 600, retryDelayMaxSeconds: 600 })
  const seen: unknown[] = []
  await queue.work(once.name, async (job) => {
    seen.push(job.data)
    if (seen.length === 1) throw new RetryLater('not now', 900)
  })
  await queue.start()
  await database.db.transaction(async (tx) => {
    await queue.send(tx, once.name, { word: 'first' }, { key: 'k' })
    await queue.send(tx, once.name, { word: 'second' }, { key: 'k' })
  })
  await eventually(() => expect(seen).toEqual([{ word: 'first' }, { word: 'first' }, { word: 'second' }]), 15_000)
})
