/** The floor of `bench -- notify`: for each POST one row and one job in a transaction, whose worker calls Slack by itself. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { systemClock } from '@akashic/shared/clock'
import { uuidv7 } from '@akashic/shared/ids'
import { openDatabase, sql } from '@akashic/shared/postgres'
import { createQueue } from '@akashic/shared/queue'
import { pino } from 'pino'
import { request as ask } from 'undici'

interface Input {
  readonly databaseUrl: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Body of the call, of which `title` stands for the title of the incident. */
  readonly body: string
  readonly title: string
}

const name = 'bench.notify'
const { databaseUrl, url, headers, body, title } = JSON.parse(process.argv[2]!) as Input
const log = pino({ level: 'silent' })
const db = openDatabase({ url: databaseUrl, applicationName: 'floor', log })
await db.query(sql`CREATE TABLE public.bare_notification (id uuid PRIMARY KEY, message text NOT NULL)`)
const queue = createQueue({ url: databaseUrl, clock: systemClock, log })
await queue.define({
  name,
  ...{ retryLimit: 1, retryDelaySeconds: 2, retryDelayMaxSeconds: 2, heartbeatSeconds: 10, expireInSeconds: 60 },
})
await queue.work(name, async ({ data }) => {
  const { message } = data as { message: string }
  const answer = await ask(url, { method: 'POST', headers, body: message })
  await answer.body.dump()
})
await queue.start()

const server = createServer((request, response) => {
  const write = async () => {
    const id = uuidv7()
    const message = body.replaceAll(title, (JSON.parse(await text(request)) as { title: string }).title)
    await db.transaction(async (tx) => {
      await tx.query(sql`INSERT INTO public.bare_notification (id, message) VALUES (${id}, ${message})`)
      await queue.send(tx, name, { message }, { key: 'slack' })
    })
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ id }))
  }
  write().catch((error: unknown) => response.writeHead(500).end(String(error)))
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
