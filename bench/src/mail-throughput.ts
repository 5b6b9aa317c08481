import { systemClock } from '@akashic/shared/clock'
import { uuidv7 } from '@akashic/shared/ids'
import { openDatabase, sql, type Database } from '@akashic/shared/postgres'
import { createQueue, type Queue } from '@akashic/shared/queue'
import type { Mail, TestPostgres } from '@akashic/testbed'
import { createTransport } from 'nodemailer'
import { pino } from 'pino'
import { cpuMs } from './process-cost.ts'
import type { Product } from './product.ts'

/** Connections of the product's pool, and others among which the best of a bare one is looked for. */
export const ourConnections = 2
const poolSizes = [1, ourConnections, 4, 8]
const warming = 200
const mostMs = 600_000
const log = pino({ level: 'silent' })

interface Asked {
  readonly mails: number
  readonly rounds: number
  readonly product: Product
  readonly postgres: TestPostgres
  /** Port of smtp-sink.ts. */
  readonly sinkPort: number
}

export interface MailThroughput {
  readonly oursPerSecond: readonly number[]
  /** Of bare pools, by their connections. */
  readonly floorPerSecond: Readonly<Record<number, readonly number[]>>
  /** Processor time that a mail of ours costs, by who spends it. */
  readonly cpuMsPerMail: readonly { readonly product: number; readonly postgres: number }[]
}

/** Mails a second to as many people: a backlog in the product's queue, and bare pools with the same mails. The backlog is
 *  what the product itself adds, a row and a job for each mail, all in one transaction. */
export async function measureMails({ mails, rounds, product, postgres, sinkPort }: Asked): Promise<MailThroughput> {
  const db = openDatabase({ url: postgres.url, applicationName: 'bench', log })
  const queue = createQueue({ url: postgres.url, clock: systemClock, log })
  const backlog = async (count: number) => {
    await addBacklog(db, queue, count)
    return Date.now()
  }
  const ours = async () => {
    const [before, pgBefore] = [cpuMs(product.pid, { tree: false }), cpuMs(postgres.pid, { tree: true })]
    const rate = await ratePerSecond(sinkPort, mails, () => backlog(mails))
    await untilDelivered(db)
    return {
      rate,
      product: (cpuMs(product.pid, { tree: false }) - before) / mails,
      postgres: (cpuMs(postgres.pid, { tree: true }) - pgBefore) / mails,
    }
  }
  try {
    await ratePerSecond(sinkPort, 1, () => backlog(1))
    const { first } = await ask(sinkPort)
    await ratePerSecond(sinkPort, warming, () => backlog(warming))
    await ratePerSecond(sinkPort, warming, () => sendBare(sinkPort, first!, ourConnections, warming))
    const oursPerSecond: number[] = []
    const cpuMsPerMail: { product: number; postgres: number }[] = []
    const floorPerSecond: Record<number, number[]> = {}
    for (let round = 0; round < rounds; round++) {
      for (const size of poolSizes) {
        const rate = await ratePerSecond(sinkPort, mails, () => sendBare(sinkPort, first!, size, mails))
        floorPerSecond[size] = [...(floorPerSecond[size] ?? []), rate]
      }
      const { rate, ...cpu } = await ours()
      oursPerSecond.push(rate)
      cpuMsPerMail.push(cpu)
    }
    return { oursPerSecond, floorPerSecond, cpuMsPerMail }
  } finally {
    await queue.stop(2_000)
    await db.close()
  }
}

/** As addNotifications of status-svc, with the words of an incident that was told already. */
async function addBacklog(db: Database, queue: Queue, count: number): Promise<void> {
  const rows = Array.from({ length: count }, () => ({ id: uuidv7(), recipient: anAddress() }))
  await db.transaction(async (tx) => {
    await tx.query(sql`
      INSERT INTO status.notification
        (id, occasion, channel, recipient, subject, incident_num, person, message, state, created_at, give_up_at,
         next_attempt_at)
      SELECT new.id, told.occasion, 'mail', new.recipient, told.subject, told.incident_num, '', told.message, 'queued',
             clock_timestamp(), clock_timestamp() + interval '1 day', clock_timestamp()
        FROM jsonb_to_recordset(${sql.json(rows)}) AS new (id uuid, recipient text),
             (SELECT * FROM status.notification WHERE channel = 'slack' ORDER BY num LIMIT 1) AS told`)
    for (const { id, recipient } of rows) await queue.send(tx, 'notify.mail', { id }, { key: recipient })
  })
}

/** Nothing of the product: every mail is given to the pool at once. */
async function sendBare(sinkPort: number, { from, subject, body, html }: Mail, connections: number, count: number) {
  const { smtpPort } = await ask(sinkPort)
  const pool = createTransport({ pool: true, host: '127.0.0.1', port: smtpPort, maxConnections: connections })
  const begin = Date.now()
  const send = () => {
    const messageId = `<${uuidv7()}@akashic>`
    const headers = { 'Auto-Submitted': 'auto-generated' }
    return pool.sendMail({ from, to: anAddress(), subject, text: body, html, messageId, headers })
  }
  await Promise.all(Array.from({ length: count }, send))
  pool.close()
  return begin
}

/** Mails a second from the instant that `work` gives (epoch ms) to the last of `count` mails.
 *  @throws when one is missing, or came twice */
async function ratePerSecond(sinkPort: number, count: number, work: () => Promise<number>): Promise<number> {
  const before = await ask(sinkPort)
  const begin = await work()
  let now = await ask(sinkPort)
  for (const deadline = Date.now() + mostMs; now.taken < before.taken + count && Date.now() < deadline;) {
    await sleep(20)
    now = await ask(sinkPort)
  }
  if (now.taken !== before.taken + count || now.recipients !== now.taken) {
    throw new Error(`of ${count} mails ${now.taken - before.taken} came; ${now.taken - now.recipients} came twice`)
  }
  return count / ((now.lastMs - begin) / 1_000)
}

async function untilDelivered(db: Database): Promise<void> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(20)) {
    const open = await db.query(sql`
      SELECT id FROM status.notification WHERE channel = 'mail' AND state <> 'delivered' LIMIT 1`)
    if (open.length === 0) return
  }
  throw new Error('a mail that came is not known to be delivered')
}

interface Sink {
  readonly smtpPort: number
  readonly taken: number
  readonly recipients: number
  readonly lastMs: number
  /** Given while it is the only one. */
  readonly first?: Mail
}

const ask = async (port: number): Promise<Sink> => (await fetch(`http://127.0.0.1:${port}/`)).json() as Promise<Sink>

const anAddress = () => `subscriber-${uuidv7()}@example.org`

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
