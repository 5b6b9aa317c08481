import { FakeClock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import { pino } from 'pino'
import type { CheckingGap } from '../../status/check-verdict.ts'
import { unjudged } from '../judge.ts'
import type { RecordedResult } from './recorded-result.ts'
import { ResultWriter } from './result-writer.ts'

function aResult(atMs: number, componentId = 'web'): RecordedResult {
  return {
    definition: {
      id: `${componentId}/http`,
      componentId,
      componentNum: 1,
      name: 'http',
      spec: { kind: 'reported', interval: 60_000, timeout: 5_000, failureThreshold: 3, successThreshold: 2 },
      shard: 0,
      createdAtMs: 0,
    },
    checkNum: 1,
    fencingToken: 1,
    atMs,
    result: { outcome: 'operational', latencyMs: 1, timings: {}, neverAnswered: false },
    state: unjudged(0),
  }
}

function aWriter(capacity?: number) {
  const clock = new FakeClock(0)
  const batches: number[][] = []
  const gaps: CheckingGap[] = []
  const scripted: { error: Error | null } = { error: null }
  let lost = 0
  const writer = new ResultWriter({
    clock,
    random: () => 1,
    log: pino({ level: 'silent' }),
    write: async (batch, gap) => {
      if (scripted.error) throw scripted.error
      batches.push(batch.map((result) => result.atMs))
      if (gap) gaps.push(gap)
    },
    onLost: (count) => (lost += count),
    ...(capacity !== undefined && { capacity }),
  })
  const pass = async (ms: number) => {
    clock.advance(ms)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { writer, batches, gaps, scripted, pass, lost: () => lost }
}

const away = new OpsError('unavailable', 'the database cannot be reached')

test('results wait a second for company', async () => {
  const { writer, batches, pass } = aWriter()
  writer.add(aResult(1))
  writer.add(aResult(2))
  await pass(999)
  expect(batches).toEqual([])
  await pass(1)
  expect(batches).toEqual([[1, 2]])
})

test('five hundred results do not wait', async () => {
  const { writer, batches, pass } = aWriter()
  for (let i = 0; i < 500; i++) writer.add(aResult(i))
  await pass(0)
  expect(batches.map((batch) => batch.length)).toEqual([500])
})

test('while the database is away results are kept, and written in their order afterwards', async () => {
  const { writer, batches, scripted, pass } = aWriter()
  scripted.error = away
  for (let i = 0; i < 700; i++) {
    writer.add(aResult(i))
    await pass(100)
  }
  expect(batches).toEqual([])
  scripted.error = null
  await pass(10_000)
  expect(batches.flat()).toEqual(Array.from({ length: 700 }, (_, i) => i))
  expect(writer.buffered).toBe(0)
})

test('when there are too many the oldest are lost, and their time is told as a gap', async () => {
  const { writer, batches, gaps, scripted, pass, lost } = aWriter(1_000)
  scripted.error = away
  for (let i = 0; i < 1_001; i++) writer.add(aResult(i, i === 0 ? 'first' : 'web'))
  await pass(1_000)
  scripted.error = null
  await pass(10_000)
  expect(lost()).toBe(501)
  expect(gaps).toEqual([{ componentIds: ['first', 'web'], fromMs: 0, toMs: 500 }])
  expect(batches.flat()[0]).toBe(501)
  expect(batches.flat()).toHaveLength(500)
})

test('a batch that can never be written is given up after three attempts, told as a gap, and holds no other back', async () => {
  const { writer, batches, gaps, scripted, pass, lost } = aWriter()
  scripted.error = new Error('some value is impossible')
  writer.add(aResult(1))
  for (let i = 0; i < 3; i++) await pass(10_000)
  expect(lost()).toBe(1)
  scripted.error = null
  writer.add(aResult(2))
  await pass(10_000)
  expect(batches.flat()).toEqual([2])
  expect(gaps).toEqual([{ componentIds: ['web'], fromMs: 1, toMs: 1 }])
})

test('stopping writes what is there', async () => {
  const { writer, batches } = aWriter()
  writer.add(aResult(1))
  await writer.stop()
  expect(batches).toEqual([[1]])
})
