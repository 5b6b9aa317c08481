import { FakeClock } from '@akashic/shared/clock'
import { sql } from '@akashic/shared/postgres'
import type { TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import type { CheckingGap, CheckVerdict } from '../../status/check-verdict.ts'
import { statusDatabase, TestDirectory } from '../engine-harness.ts'
import { judge, unjudged } from '../judge.ts'
import { definitionsOf, type CheckDefinition } from '../watched-check.ts'
import type { RecordedResult } from './recorded-result.ts'
import { ResultWriter } from './result-writer.ts'
import { knownChecks } from './store.ts'
import { createWriteResults } from './write-results.ts'

const atMs = Date.parse('2026-03-01T12:00:00.000Z')
const thresholds = { failureThreshold: 3, successThreshold: 2 }
let database: TestDatabase
let check: CheckDefinition
let num: number

beforeAll(async () => {
  database = await statusDatabase()
  const components = new TestDirectory()
  await components.define(
    database.db,
    [{ id: 'web', name: 'Web', checks: [{ kind: 'tcp', host: 'web', port: 80 }] }],
    atMs,
  )
  check = definitionsOf(components.current())[0]!
  num = (await knownChecks(database.db, [check])).get(check.id)!.num
})
afterAll(() => database.close())

beforeEach(async () => {
  await database.db.query(sql`TRUNCATE status.check_result, status.check_state, status.rollup_due`)
  await database.db.query(sql`UPDATE status.shard SET owner = 'me', fencing_token = 7`)
})

function aResult(given: Partial<RecordedResult> = {}): RecordedResult {
  const at = given.atMs ?? atMs
  return {
    definition: check,
    checkNum: num,
    fencingToken: 7,
    atMs: at,
    result: { outcome: 'operational', latencyMs: 12.5, timings: { connectMs: 3 }, neverAnswered: false },
    state: judge(unjudged(at), { outcome: 'operational', atMs: at }, thresholds),
    ...given,
  }
}

function aWriter(fails = false) {
  const verdicts: CheckVerdict[] = []
  const gaps: CheckingGap[] = []
  const write = createWriteResults({
    db: database.db,
    replicaId: 'me',
    applyVerdicts: async (_tx, batch) => {
      verdicts.push(...batch)
      if (fails) throw new Error('the ledger refuses')
    },
    recordGap: async (_tx, gap) => void gaps.push(gap),
  })
  return { write, verdicts, gaps }
}

const stored = () =>
  database.db.query<{ at: Date; latency_ms: number }>(sql`SELECT at, latency_ms FROM status.check_result ORDER BY at`)

test('a result, its state and its verdict are written together, whatever day it is of', async () => {
  const { write, verdicts } = aWriter()
  const yesterday = atMs - 86_400_000
  await write([aResult({ atMs: yesterday }), aResult()], null)
  expect((await stored()).map((row) => row.at.getTime())).toEqual([yesterday, atMs])
  expect((await knownChecks(database.db, [check])).get(check.id)!.state).toMatchObject({
    verdict: 'operational',
    lastAtMs: atMs,
  })
  expect(verdicts).toMatchObject([{ atMs: yesterday }, { checkId: 'web/tcp', verdict: 'operational', latencyMs: 12.5 }])
})

test('a batch that is written twice, because its answer was lost, is there once', async () => {
  const { write } = aWriter()
  await write([aResult()], null)
  await write([aResult()], null)
  expect(await stored()).toHaveLength(1)
})

test('a result measured under a lease that another replica has taken is not written', async () => {
  const { write, verdicts } = aWriter()
  await write([aResult({ fencingToken: 6 })], null)
  await database.db.query(sql`UPDATE status.shard SET owner = 'another'`)
  await write([aResult()], null)
  expect(await stored()).toEqual([])
  expect(verdicts).toEqual([])
})

test('nothing is written when the ledger cannot be', async () => {
  await expect(aWriter(true).write([aResult()], null)).rejects.toThrow('the ledger refuses')
  expect(await stored()).toEqual([])
})

test('a gap is told with the batch that comes after it', async () => {
  const { write, gaps } = aWriter()
  const gap = { componentIds: ['web'], fromMs: 1, toMs: 2 }
  await write([aResult()], gap)
  expect(gaps).toEqual([gap])
})

test.each([
  ['a NUL byte', { detail: 'a\0b' }, {}],
  ['half a character', { detail: 'a\ud800' }, {}],
  ['a number too large', {}, { latencyMs: 1e308 }],
  ['a number too small', {}, { latencyMs: 1e-300 }],
])('a result with %s that the database refuses is lost alone', async (_, said, measured) => {
  const { write } = aWriter()
  const lost: number[] = []
  const log = pino({ level: 'silent' })
  const writer = new ResultWriter({
    clock: new FakeClock(atMs),
    random: () => 1,
    log,
    write,
    onLost: (n) => void lost.push(n),
  })
  const failure = { code: 'answer', sentence: 'unexpected answer', detail: '', ...said }
  const refused = aResult({ atMs: atMs + 2 })
  const state = { ...refused.state, failure }
  writer.add(aResult())
  writer.add(aResult({ atMs: atMs + 1 }))
  writer.add({ ...refused, result: { ...refused.result, outcome: 'outage', failure, ...measured }, state })
  await writer.flush()
  expect((await stored()).map((row) => row.at.getTime() - atMs)).toEqual([0, 1])
  expect(lost).toEqual([1])
})
