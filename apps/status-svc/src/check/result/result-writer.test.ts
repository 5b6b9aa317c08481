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
  const held = Promise.withResolvers<void>()
  const scripted = {
    error: null as Error | null,
    refuses: (_batch: readonly RecordedResult[], _gap: CheckingGap | null) => false,
    /** Writes take until `finish`. */
    holds: false,
    finish: () => {
      scripted.holds = false
      held.resolve()
    },
  }
  let lost = 0
  const writer = new ResultWriter({
    clock,
    random: () => 1,
    log: pino({ level: 'silent' }),
    write: async (batch, gap) => {
      if (scripted.holds) await held.promise
      if (scripted.error) throw scripted.error
      if (scripted.refuses(batch, gap)) throw Object.assign(new Error('out of range'), { code: '22003' })
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

test('results that can never be written are given up alone, told as gaps, and hold no other back', async () => {
  const { writer, batches, gaps, scripted, pass, lost } = aWriter()
  const bad = new Set([3, 77, 78, 499])
  scripted.refuses = (batch) => batch.some((result) => bad.has(result.atMs))
  for (let i = 0; i < 500; i++) writer.add(aResult(i, bad.has(i) ? `bad-${i}` : 'web'))
  await pass(0)
  const good = Array.from({ length: 500 }, (_, i) => i).filter((i) => !bad.has(i))
  expect(batches.flat()).toEqual(good)
  expect(lost()).toBe(4)
  await pass(1_000)
  expect(gaps.flatMap((gap) => gap.componentIds)).toEqual(['bad-3', 'bad-77', 'bad-78', 'bad-499'])
  expect(writer.buffered).toBe(0)
  expect(writer.isFailing).toBe(false)
})

test('a gap that can never be written takes no result with it', async () => {
  const { writer, batches, scripted, pass, lost } = aWriter()
  scripted.refuses = (batch, gap) => gap !== null || batch.some((result) => result.atMs === 1)
  for (const atMs of [1, 2, 3]) writer.add(aResult(atMs))
  await pass(1_000)
  await pass(10_000)
  writer.add(aResult(4))
  await pass(10_000)
  expect(batches.flat()).toEqual([2, 3, 4])
  expect(lost()).toBe(1)
})

test('what is no fault of the values is tried three times before any result is given up', async () => {
  const { writer, batches, scripted, pass, lost } = aWriter()
  scripted.error = Object.assign(new Error('disk full'), { code: '53100' })
  for (const atMs of [1, 2]) writer.add(aResult(atMs))
  await pass(1_000)
  await pass(1_000)
  expect(lost()).toBe(0)
  expect(writer.isFailing).toBe(true)
  scripted.error = null
  await pass(2_000)
  expect(batches).toEqual([[1, 2]])
  expect(writer.isFailing).toBe(false)
})

test('when nothing can be written, one batch at most is given up at a time', async () => {
  const { writer, scripted, pass, lost } = aWriter()
  scripted.error = new Error('the ledger refuses everything')
  for (let i = 0; i < 600; i++) writer.add(aResult(i))
  await pass(0)
  expect(lost()).toBe(500)
  expect(writer.buffered).toBe(100)
})

test('results that come while a long write is under way are written after it, however long it took', async () => {
  const { writer, batches, scripted, pass } = aWriter()
  scripted.holds = true
  writer.add(aResult(1))
  await pass(1_000)
  writer.add(aResult(2))
  await pass(5_000)
  scripted.finish()
  await pass(0)
  writer.add(aResult(3))
  await pass(1_000)
  expect(batches.flat()).toEqual([1, 2, 3])
})

test('a long write that fails at last is tried again', async () => {
  const { writer, batches, scripted, pass } = aWriter()
  scripted.holds = true
  writer.add(aResult(1))
  await pass(1_000)
  writer.add(aResult(2))
  await pass(5_000)
  scripted.error = away
  scripted.finish()
  await pass(0)
  scripted.error = null
  await pass(1_000)
  expect(batches).toEqual([[1, 2]])
})

test('stopping writes what is there', async () => {
  const { writer, batches } = aWriter()
  writer.add(aResult(1))
  await writer.stop()
  expect(batches).toEqual([[1]])
})
