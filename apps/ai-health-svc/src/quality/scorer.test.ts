import { Writable } from 'node:stream'
import { createLogger } from '@akashic/shared/log'
import { createScorer, type ScorerOptions } from './scorer.ts'
import { anAnswer } from './testing/an-answer.ts'

const faultyWorker = new URL('./testing/faulty-scorer.worker.ts', import.meta.url)
const stops: (() => Promise<void>)[] = []

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

function aScorer(options: Partial<ScorerOptions> = {}) {
  let logged = ''
  const destination = new Writable({
    write: (chunk: Buffer, _, done) => {
      logged += chunk.toString()
      done()
    },
  })
  const log = createLogger({ level: 'info', service: 'test', destination })
  // Long, for a machine that is busy with other tests.
  const scorer = createScorer({ timeoutMs: 25_000, log, monotonicMs: () => performance.now(), ...options })
  stops.push(() => scorer.stop())
  return { scorer, logged: () => logged }
}

it('scores an answer with the model, in a thread', async () => {
  const { scorer } = aScorer()
  const scores = await scorer.score(anAnswer())
  expect(scores).toMatchObject({ length: anAnswer().content.length, flags: [] })
  expect(scores!.coherence).toBeGreaterThan(0.8)
  expect(scores!.relevance).toBeGreaterThan(0.8)
  expect(scores!.order).toEqual(expect.any(Number))
})

it('leaves the event loop free while it scores, and answers in the order of the questions', async () => {
  const { scorer } = aScorer()
  const order: number[] = []
  let turns = 0
  const turning = setInterval(() => (turns += 1), 5)
  await Promise.all(
    Array.from({ length: 10 }, async (_, at) => {
      await scorer.score(anAnswer())
      order.push(at)
    }),
  )
  clearInterval(turning)
  expect(order).toEqual([...order].sort((one, other) => one - other))
  expect(turns).toBeGreaterThan(10)
})

it.each(['throw', 'exit', 'fill'])(
  'outlives a thread that crashes (%s): that answer has no score, the next has',
  async (fault) => {
    const { scorer, logged } = aScorer({ workerUrl: faultyWorker })
    expect(await scorer.score(anAnswer())).not.toBeNull()
    expect(await scorer.score(anAnswer({ content: fault }))).toBeNull()
    expect(await scorer.score(anAnswer())).not.toBeNull()
    expect(logged()).toContain('could not be scored')
    expect(logged()).not.toContain('holds the text')
  },
)

it('replaces a thread that hangs, after the time it has', async () => {
  const { scorer } = aScorer({ workerUrl: faultyWorker, timeoutMs: 10_000 })
  const [hung, next] = await Promise.all([scorer.score(anAnswer({ content: 'hang' })), scorer.score(anAnswer())])
  expect(hung).toBeNull()
  expect(next).not.toBeNull()
})

it('says once, not at every answer, that its thread cannot start', async () => {
  const { scorer, logged } = aScorer({ workerUrl: new URL('./testing/there-is-none.worker.ts', import.meta.url) })
  expect(await Promise.all([scorer.score(anAnswer()), scorer.score(anAnswer())])).toEqual([null, null])
  expect(logged().match(/could not be scored/g)).toHaveLength(1)
})

it('drops what comes while so many wait, and scores the others', async () => {
  const { scorer } = aScorer({ maxWaiting: 3 })
  const scores = await Promise.all(Array.from({ length: 10 }, () => scorer.score(anAnswer())))
  // One is being scored, three wait.
  expect(scores.map((found) => found !== null)).toEqual([...Array(4).fill(true), ...Array(6).fill(false)])
})

it('answers what runs and waits with null when it stops, and takes nothing more', async () => {
  const { scorer, logged } = aScorer()
  const asked = [scorer.score(anAnswer()), scorer.score(anAnswer())]
  await scorer.stop()
  expect(await Promise.all(asked)).toEqual([null, null])
  expect(await scorer.score(anAnswer())).toBeNull()
  expect(logged()).toBe('')
})

it('takes an urgent answer next, however many wait, and drops others instead', async () => {
  const { scorer } = aScorer({ maxWaiting: 2, workerUrl: faultyWorker })
  const order: string[] = []
  const score = (name: string, isUrgent: boolean) =>
    scorer.score(anAnswer(), { isUrgent }).then((scores) => order.push(scores === null ? `${name} dropped` : name))
  await Promise.all([
    score('first', false),
    score('second', false),
    score('third', false),
    score('fourth', false),
    score('urgent', true),
  ])
  expect(order).toEqual(['fourth dropped', 'first', 'urgent', 'second', 'third'])
})

it('starts a thread that cannot run again and again only after a rest', async () => {
  let nowMs = 0
  const { scorer } = aScorer({ workerUrl: new URL('data:text/javascript,throw new Error()'), monotonicMs: () => nowMs })
  const startedWithin = async () => {
    const before = performance.now()
    await scorer.score(anAnswer())
    return performance.now() - before
  }
  await startedWithin()
  await startedWithin()
  expect(await startedWithin()).toBeLessThan(1)
  nowMs = 1_001
  expect(await startedWithin()).toBeGreaterThan(1)
})
