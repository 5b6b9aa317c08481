import type { PgBoss } from 'pg-boss'
import type { Logger } from 'pino'
import type { Clock } from '../clock/index.ts'
import { toDatabaseError } from '../postgres/database-errors.ts'
import type { Transaction } from '../postgres/index.ts'
import { uuidv7 } from '../ids/index.ts'
import { RetryLater, type Job, type Queue, type QueueDefinition } from './queue.ts'
import { createErrorTeller } from './tell-errors.ts'

export interface QueueOptions {
  readonly url: string
  /** Whose time `startAt` is. */
  readonly clock: Clock
  readonly log: Logger
}

type Worker = () => Promise<unknown>

/** Work begins at the notice that it was sent; polling finds what became due, and what a lost notice was for. */
const polling = { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 }

/** How soon a queue goes on with the other jobs of a key after one was given up. */
const unblockEveryMs = 2_000

/** Durable work on pg-boss, in the schema `pgboss`. Nothing is loaded or connected before the first queue is defined.
 *  A job that has used up its attempts is kept, with its error, in the queue `<name>.dead`. */
export function createQueue({ url, clock, log }: QueueOptions): Queue {
  let starting: Promise<PgBoss> | null = null
  let isRunning = false
  let isStopped = false
  const waiting: Worker[] = []
  const timers: NodeJS.Timeout[] = []
  const tellError = createErrorTeller(clock, log)

  const boss = () => {
    if (isStopped) throw new Error('the queue was stopped')
    starting ??= startBoss(url, log, tellError).catch((error: unknown) => {
      starting = null
      throw toDatabaseError(error)
    })
    return starting
  }

  function unblockFrom(name: string): void {
    const unblock = async () => {
      const db = (await boss()).getDb()
      // Its copy in the dead queue was made by the statement that gave it up.
      await db.executeSql(
        `DELETE FROM pgboss.job WHERE name = $1 AND state = 'failed' AND policy = 'key_strict_fifo'`,
        [name],
      )
    }
    const timer = setInterval(() => {
      unblock().catch((error: unknown) => tellError(error, `jobs of ${name} behind a failed one still wait`))
    }, unblockEveryMs)
    timers.push(timer.unref())
  }

  return {
    define: async (definition) => {
      await defineQueue(await boss(), definition)
    },
    send: async (tx, queue, data, options = {}) => {
      const id = nextJobId()
      await (
        await boss()
      ).send(queue, data, {
        id,
        // A job without a key is in order with itself only.
        singletonKey: options.key ?? id,
        ...(options.startAt !== undefined && { startAfter: new Date(Date.now() + options.startAt - clock.now()) }),
        db: inTransaction(tx),
      })
      return id
    },
    work: async (queue, handler, { concurrency = 1 } = {}) => {
      const begin = async () => {
        const running = await boss()
        const worker = await running.work<unknown>(
          queue,
          { localConcurrency: concurrency, batchSize: 1, ...polling },
          async ([job]) => {
            await handler(job as Job).catch((error: unknown) => delayRetry(running, queue, job!.id, error))
            // The next job of its key may run only now, and no notice is sent for that one.
            running.notifyWorker(worker)
          },
        )
        unblockFrom(queue)
      }
      if (isRunning) await begin()
      else waiting.push(begin)
    },
    schedule: async (queue, cron) => {
      await (await boss()).schedule(queue, cron, {}, { tz: 'UTC', singletonKey: 'schedule' })
    },
    start: async () => {
      isRunning = true
      for (const begin of waiting.splice(0)) await begin()
    },
    stop: async (deadlineMs) => {
      timers.forEach(clearInterval)
      const running = await starting?.catch(() => null)
      isStopped = true
      await running?.stop({ graceful: true, timeout: deadlineMs })
    },
  }
}

let lastJob = { ms: 0, count: 0 }

/** Jobs of one key are taken in the order of their ids where they were sent in one transaction: each id is greater than the
 *  one before of this process. */
function nextJobId(): string {
  const ms = Math.max(Date.now(), lastJob.ms)
  const count = ms === lastJob.ms ? lastJob.count + 1 : 0
  lastJob = count > 0xfff ? { ms: ms + 1, count: 0 } : { ms, count }
  const id = uuidv7(lastJob.ms)
  return `${id.slice(0, 15)}${lastJob.count.toString(16).padStart(3, '0')}${id.slice(18)}`
}

/** Has the attempt fail as it did, and the next one come when the handler wants it. */
async function delayRetry(boss: PgBoss, queue: string, id: string, error: unknown): Promise<never> {
  if (error instanceof RetryLater) {
    await boss
      .getDb()
      .executeSql(`UPDATE pgboss.job SET retry_backoff = false, retry_delay = $3 WHERE name = $1 AND id = $2`, [
        queue,
        id,
        Math.ceil(error.delayMs / 1_000),
      ])
  }
  throw error
}

async function startBoss(
  url: string,
  log: Logger,
  tellError: (error: unknown, sentence: string) => void,
): Promise<PgBoss> {
  const { PgBoss } = await import('pg-boss')
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'akashic-queue',
    max: 4,
    connectionTimeoutMillis: 5_000,
    useListenNotify: true,
    // How soon a job whose worker died is found, after its heartbeat is overdue.
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
    cronMonitorIntervalSeconds: 10,
  })
  boss.on('error', (error) => tellError(error, 'the work queue met an error'))
  boss.on('warning', (warning) => log.warn({ warning }, 'the work queue warns'))
  return boss.start()
}

async function defineQueue(boss: PgBoss, definition: QueueDefinition): Promise<void> {
  const { name } = definition
  const dead = `${name}.dead`
  const settings = {
    retryLimit: definition.retryLimit,
    retryDelay: definition.retryDelaySeconds,
    retryBackoff: true,
    retryDelayMax: definition.retryDelayMaxSeconds,
    heartbeatSeconds: definition.heartbeatSeconds,
    expireInSeconds: definition.expireInSeconds,
    deadLetter: dead,
    notify: true,
  }
  await boss.createQueue(dead)
  await boss.createQueue(name, { policy: 'key_strict_fifo', ...settings })
  await boss.updateQueue(name, settings)
}

function inTransaction(tx: Transaction) {
  return {
    executeSql: async (text: string, values: unknown[] = []) => ({ rows: await tx.query<object>({ text, values }) }),
  }
}
