import { openDatabase, sql } from '@akashic/shared/postgres'
import {
  describeReal,
  eventually,
  startHttp,
  startNginx,
  startPostgres,
  startRedis,
  startSmtp,
  type NginxServer,
  type PostgresServer,
  type RedisServer,
  type SmtpServer,
} from '@akashic/testbed'
import { pino } from 'pino'
import { makeHome, type Home } from './testing/home.ts'
import { readStream, type StreamReader } from './testing/read-stream.ts'
import { akashic, killAll, startProduct, type Product } from './testing/run-product.ts'

/** Two intervals and the timeouts of the three failures that turn a verdict, threefold. */
const toldWithinMs = 3 * (2 * 1_000 + 3 * 1_000)
const rhythm = 'interval: 1s, timeout: 1s'

let home: Home
let product: Product
let stream: StreamReader
let nginx: NginxServer
let redis: RedisServer
let postgres: PostgresServer
let smtp: SmtpServer
let orders: { url: string; stop(): Promise<void> }

/** A service that answers as long as its database does. */
async function startOrders(): Promise<typeof orders> {
  const log = pino({ level: 'silent' })
  const db = openDatabase({ url: postgres.url, applicationName: 'orders', log, maxConnections: 1 })
  const server = await startHttp((_, response) => {
    db.query(sql`SELECT 1`).then(
      () => response.end('ok'),
      () => response.writeHead(503).end(),
    )
  })
  return {
    url: server.url,
    stop: async () => {
      await server.stop()
      await db.close()
    },
  }
}

const configuration = () => `
page: { title: Shop }
components:
  - { id: web, name: Web Application, critical: true, checks: [{ kind: http, url: '${nginx.url}/', ${rhythm} }] }
  - { id: checkout, name: Checkout, dependsOn: [web], checks: [{ kind: http, url: '${nginx.url}/checkout', ${rhythm} }] }
  - { id: database, name: Database, checks: [{ kind: postgres, url: '${postgres.url}', ${rhythm} }] }
  - id: orders
    name: Orders
    dependsOn: [database]
    checks: [{ kind: http, url: '${orders.url}', downOn: [5xx], ${rhythm} }]
  - { id: cache, name: Cache, checks: [{ kind: redis, url: '${redis.url}', ${rhythm} }] }
  - id: mail
    name: Email Service
    visibility: public
    checks: [{ kind: smtp, host: 127.0.0.1, port: ${smtp.port}, ${rhythm} }]
`

interface Told {
  readonly status: string
  readonly causedBy?: string
}

/** Waits until every face says so: /status, the page, the stream, the operators' API and the command line. */
async function everybodyIsTold(id: string, told: Told): Promise<void> {
  await Promise.all([
    eventually(async () => {
      expect(await onStatus(id)).toMatchObject(told)
      expect(stream.component(id)).toMatchObject(told)
      expect(await rowOfPage(id)).toContain(`class="component ${told.status}"`)
      expect(await rowOfPage(id)).toContain(told.causedBy ? `because of <a href="#c-${told.causedBy}">` : '')
    }, toldWithinMs),
    operatorsAreTold(id, told),
  ])
}

async function operatorsAreTold(id: string, told: Told): Promise<void> {
  await eventually(async () => {
    expect(found((await product.call('GET', '/api/v1/status')).json, id)).toMatchObject(told)
    expect(found(JSON.parse((await akashic(home, 'status', '--json')).stdout), id)).toMatchObject(told)
  }, toldWithinMs)
}

async function nobodyElseIsTold(id: string): Promise<void> {
  expect(await onStatus(id)).toBeUndefined()
  expect(await rowOfPage(id)).toBeUndefined()
  expect(stream.component(id)).toBeUndefined()
}

const onStatus = async (id: string) => found((await product.get('/status')).json, id)

async function rowOfPage(id: string): Promise<string | undefined> {
  const rows = (await product.get('/')).text.split('<li ').filter((row) => row.includes(`id="c-${id}"`))
  expect(rows.length).toBeLessThanOrEqual(1)
  return rows[0]
}

function found(answer: { components: { id: string }[] }, id: string): { id: string } | undefined {
  return answer.components.find((component) => component.id === id)
}

describeReal('nginx', () =>
  describeReal('redis', () =>
    describeReal('postgres15', () => {
      beforeAll(async () => {
        ;[nginx, redis, postgres, smtp] = await Promise.all([startNginx(), startRedis(), startPostgres(), startSmtp()])
        orders = await startOrders()
        home = await makeHome(configuration())
        product = await startProduct(home)
        stream = await readStream(`${product.url}/status/stream`)
      }, 60_000)

      afterAll(async () => {
        stream.close()
        await product.stop()
        await killAll()
        await Promise.all([orders.stop(), nginx.stop(), redis.stop(), postgres.stop(), smtp.stop(), home.remove()])
      }, 60_000)

      test('all is operational, and what is internal is shown to operators only', async () => {
        for (const id of ['web', 'checkout', 'orders', 'mail']) await everybodyIsTold(id, { status: 'operational' })
        for (const id of ['database', 'cache']) await operatorsAreTold(id, { status: 'operational' })
        for (const id of ['database', 'cache']) await nobodyElseIsTold(id)
        expect((await product.get('/status')).json).toMatchObject({ overall: 'operational', activeIncidents: [] })
      }, 60_000)

      test('a web server that stops is told, with what it takes along, and so is its return', async () => {
        await nginx.stop()
        await Promise.all([
          everybodyIsTold('web', { status: 'outage' }),
          everybodyIsTold('checkout', { status: 'outage', causedBy: 'web' }),
        ])
        expect((await product.get('/status')).json.overall).toBe('outage')
        expect(await onStatus('web')).toMatchObject({ error: 'connection refused' })
        expect(await onStatus('orders')).toMatchObject({ status: 'operational' })
        expect((await akashic(home, 'status')).stdout).toMatch(/Web Application.*outage|outage.*Web Application/is)
        await nginx.start()
        await everybodyIsTold('web', { status: 'operational' })
        await everybodyIsTold('checkout', { status: 'operational' })
      }, 90_000)

      test('a database that stops is told to operators, and to all others only what they lose by it', async () => {
        await postgres.stop()
        await Promise.all([
          everybodyIsTold('orders', { status: 'outage' }),
          operatorsAreTold('database', { status: 'outage' }),
          operatorsAreTold('orders', { status: 'outage', causedBy: 'database' }),
        ])
        await nobodyElseIsTold('database')
        expect(await onStatus('orders')).not.toHaveProperty('causedBy')
        await postgres.start()
        await everybodyIsTold('orders', { status: 'operational' })
        await operatorsAreTold('database', { status: 'operational' })
      }, 90_000)

      test('a cache that stops is told to operators alone', async () => {
        await redis.stop()
        await operatorsAreTold('cache', { status: 'outage' })
        await nobodyElseIsTold('cache')
        expect((await product.get('/status')).json.overall).toBe('operational')
        await redis.start()
        await operatorsAreTold('cache', { status: 'operational' })
      }, 90_000)

      test('a mail server that stops is told, and so is its return', async () => {
        const { port } = smtp
        await smtp.stop()
        await everybodyIsTold('mail', { status: 'outage' })
        expect((await product.get('/status')).json.overall).toBe('degraded')
        smtp = await startSmtp({ port })
        await everybodyIsTold('mail', { status: 'operational' })
      }, 90_000)

      test('a server that hangs is an outage that says how long was waited', async () => {
        nginx.pause()
        await everybodyIsTold('web', { status: 'outage' })
        expect(await onStatus('web')).toMatchObject({ error: 'timed out after 1 s' })
        nginx.resume()
        await everybodyIsTold('web', { status: 'operational' })
      }, 90_000)
    }),
  ),
)
