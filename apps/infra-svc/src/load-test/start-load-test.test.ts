import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemActor } from '@akashic/shared/audit'
import { systemClock } from '@akashic/shared/clock'
import { migrate } from '@akashic/shared/migrations'
import { eventually, testDatabase, type TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import type { KnownComponent } from '../component/known-components.ts'
import { migrations } from '../module.ts'
import { startLoadTest, type LoadTestDeps } from './start-load-test.ts'
import { readLoadTest } from './store.ts'

const hourMs = 3_600_000
const log = pino({ level: 'silent' })

let database: TestDatabase
let server: Server
let baseUrl: string
let asked: number
let stopping: AbortController

beforeAll(async () => {
  database = await testDatabase()
  await migrate(database.url, { ...migrations, log })
  server = createServer((_, answer) => {
    asked++
    answer.end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}, 60_000)
beforeEach(() => {
  asked = 0
  stopping = new AbortController()
})
afterEach(() => stopping.abort())
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await database.close()
})

const timeOf = (ms: number): string => new Date(ms).toISOString().slice(11, 16)

/** It may be loaded for an hour from now. */
function aLoadedShop(later: () => number): LoadTestDeps {
  const shop: KnownComponent = { id: 'shop', dependsOn: [], targets: { aiProviders: [], url: baseUrl } }
  const productionHours = [`${timeOf(Date.now() - hourMs)}-${timeOf(Date.now() + hourMs)}`]
  return {
    ...{ db: database.db, log, random: () => 0.5, stopping: stopping.signal },
    clock: { ...systemClock, now: () => Date.now() + later() },
    components: async () => [shop],
    settings: () => ({
      ...{ allowedOrigins: [baseUrl], productionHours, maxRequests: 10_000, maxDuration: hourMs, maxVus: 10 },
      keep: 24 * hourMs,
    }),
    allowHosts: () => [],
    troubleOf: async () => null,
  }
}

const aTest = () =>
  `baseUrl: ${baseUrl}\nlimits: { maxRequests: 1000, maxDuration: 1m }\nscenarios: { visit: { executor: constant-arrival-rate, rate: 10, duration: 15s, maxVus: 5, steps: [{ request: { url: / } }] } }\n`

test('a test of what people use ends when its hours do', async () => {
  let laterMs = 0
  const { id, finished } = await startLoadTest(
    aLoadedShop(() => laterMs),
    { text: aTest(), env: {} },
    systemActor('test'),
  )
  await eventually(() => expect(asked).toBeGreaterThan(0), 10_000)
  laterMs = 2 * hourMs
  await finished
  expect(await readLoadTest(database.db, id)).toMatchObject({
    ...{ state: 'failed', problem: 'its hours are over', result: { verdict: 'aborted', endedEarly: 'aborted' } },
  })
}, 60_000)
