import { migrate } from '@akashic/shared/migrations'
import { sql } from '@akashic/shared/postgres'
import { testDatabase, type TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { migrations } from '../module.ts'
import { measureLoadTests } from '../performance/source/measure-load-tests.ts'
import { lastResults } from './last-results.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
  await migrate(database.url, { ...migrations, log: pino({ level: 'silent' }) })
}, 60_000)
beforeEach(() => database.db.query(sql`TRUNCATE infra.load_test`))
afterAll(() => database.close())

const shop = { id: 'shop', dependsOn: [], targets: { aiProviders: [], url: 'https://shop.example/start' } }
const startedAt = '2026-11-20T10:00:00.000Z'
const latency = (p95Ms: number) => ({
  samples: 6_000,
  averageMs: 60,
  medianMs: 50,
  p95Ms,
  p99Ms: p95Ms * 2,
  maxMs: 900,
})

async function ran(name: string, p95Ms: number, partial: object = {}, target = 'https://shop.example') {
  const result = {
    ...{ name, startedAt, elapsedMs: 60_000, verdict: 'passed', requests: 6_000, requestsPerSecond: 100, failed: 60 },
    ...{ latency: latency(p95Ms), isOverloaded: false, moments: [], ...partial },
  }
  await database.db.query(sql`
    INSERT INTO infra.load_test (id, name, target, state, result, requested_by, created_at, heard_at)
    VALUES (gen_random_uuid(), ${name}, ${target}, 'succeeded', ${sql.json(result)}, 'me', now(), now())`)
}
const results = async () => (await lastResults(database.db, [shop, { id: 'api', dependsOn: [] }])).get('shop')
const measured = async () => measureLoadTests('shop', (await results())!)

test('the last test of the address of a component is held against the one before of the same name', async () => {
  await ran('day', 100)
  await ran('day', 300)
  await ran('night', 9_000)
  await ran('day', 200)
  await ran('day', 9_000, {}, 'https://other.example')
  const { last, earlier } = await measured()
  expect([last.p95Ms, earlier?.p95Ms]).toEqual([200, 300])
  expect(last).toMatchObject({
    ...{ method: 'HDR histogram', count: 6_000, perSecond: 100, failedRatio: 0.01, failedPerSecond: 1, unknown: [] },
    span: { fromMs: Date.parse(startedAt), toMs: Date.parse(startedAt) + 60_000 },
  })
})

test('what was ended early says nothing', async () => {
  await ran('day', 100)
  await ran('day', 9_000, { verdict: 'aborted' })
  const { last, earlier } = await measured()
  expect([last.p95Ms, earlier]).toEqual([100, null])
})

test('a test without an answer has no response times, and one from a busy machine says so', async () => {
  await ran('day', 0, { latency: null, failed: 6_000, isOverloaded: true })
  const { last } = await measured()
  expect(last).toMatchObject({ p95Ms: null, meanMs: null, failedRatio: 1 })
  expect(last.unknown.map(({ reason }) => reason)).toContain('the machine that ran the test was too busy')
})

test('a component that was never loaded has none', async () => {
  expect(await results()).toBeUndefined()
})
