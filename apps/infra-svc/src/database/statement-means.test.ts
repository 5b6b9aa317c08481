import { migrate } from '@akashic/shared/migrations'
import { sql } from '@akashic/shared/postgres'
import { testDatabase, type TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { migrations } from '../module.ts'
import type { PostgresSample, StatementTime } from './changes.ts'
import { statementMeans } from './statement-means.ts'
import { saveSample } from './store.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
  await migrate(database.url, { ...migrations, log: pino({ level: 'silent' }) })
}, 60_000)
beforeEach(() => database.db.query(sql`TRUNCATE infra.database_sample, infra.finding`))
afterAll(() => database.close())

const toMs = Date.parse('2026-11-20T12:00:00Z')
const fromMs = toMs - 3_600_000
const aStatement = (id: string, calls: number, totalMs: number): StatementTime => ({ id, calls, totalMs })
const sampled = (at: number, statements: readonly StatementTime[]) => {
  const sample: PostgresSample = {
    kind: 'postgres',
    ...{ connections: 1, waiting: 0, commits: 1, rollbacks: 0, hits: 0, reads: 0, deadlocks: 0, tempBytes: 0 },
    ...{ bytes: 1, resetAt: null, statements },
  }
  return saveSample(database.db, 'orders', new Date(at), sample)
}
const read = () => statementMeans(database.db, 'orders', { fromMs, toMs })

test('what statements took in this time alone is told, and not what they took before', async () => {
  await sampled(fromMs - 30_000, [aStatement('1', 1_000, 5_000), aStatement('2', 10, 90_000), aStatement('3', 5, 50)])
  await sampled(toMs - 30_000, [aStatement('1', 1_010, 25_000), aStatement('2', 10, 90_000), aStatement('3', 2, 40)])
  expect((await read()).means).toEqual([
    { id: '1', calls: 10, meanMs: 2_000, isOfSpan: true, text: null },
    { id: '3', calls: 2, meanMs: 20, isOfSpan: true, text: null },
  ])
})

test('of a statement that was not among those sampled before only the mean since it is counted is known', async () => {
  await sampled(fromMs - 30_000, [aStatement('1', 1, 1)])
  await sampled(toMs - 30_000, [aStatement('1', 1, 1), aStatement('9', 4, 8_000)])
  expect((await read()).means).toEqual([{ id: '9', calls: 4, meanMs: 2_000, isOfSpan: false, text: null }])
})

test('samples that are missing or empty say nothing, and no statement is made up', async () => {
  expect(await read()).toEqual({ means: null, reason: 'there is no sample of it from the last five minutes' })
  await sampled(toMs - 400_000, [aStatement('1', 1, 1)])
  expect((await read()).reason).toBe('there is no sample of it from the last five minutes')
  await sampled(toMs - 30_000, [])
  expect((await read()).reason).toBe('it was not sampled at 2026-11-20T11:00:00.000Z')
  await sampled(fromMs - 30_000, [])
  expect((await read()).reason).toContain('may lack pg_stat_statements')
})

test('its text is taken from what was found of it', async () => {
  await sampled(fromMs, [aStatement('1', 0, 0)])
  await sampled(toMs, [aStatement('1', 10, 25_000)])
  const finding = {
    ...{ rule: 'db-slow-statement', object: { kind: 'Query', namespace: 'orders', name: '1' } },
    evidence: [{ where: 'pg_stat_statements.query', quote: 'SELECT * FROM t WHERE a = $1' }],
  }
  await database.db.query(sql`
    INSERT INTO infra.finding (id, cluster, namespace, rule, severity, state, finding, first_seen_at, last_seen_at)
    VALUES ('f1', 'database/orders', 'orders', 'db-slow-statement', 'warning', 'open', ${sql.json(finding)}, now(), now())`)
  expect((await read()).means).toMatchObject([{ text: 'SELECT * FROM t WHERE a = $1' }])
})
