import { falseAlarms, noticedAfter } from './testing/drift-runs.ts'
import { advanceDrift, initialDrift, resumedDrift, type DriftState } from './drift.ts'
import type { ResponseScores } from './response-scores.ts'
import { heldOutScores } from './testing/held-out-scores.ts'
import { seededRandom, shuffled } from './testing/seeded-random.ts'

const held = heldOutScores()
const genuine = held['genuine']!

const scores = (change: Partial<ResponseScores> = {}): ResponseScores => ({
  ...{ length: 500, coherence: 0.9, relevance: 0.9, order: 0, flags: [] },
  ...change,
})

function advanced(from: DriftState, responses: readonly ResponseScores[]) {
  let state = from
  const alarms = responses.flatMap((response) => {
    const next = advanceDrift(state, response)
    state = next.state
    return next.alarms
  })
  return { state, alarms }
}

const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item)

it('raises at most one false alarm in 10,000 genuine answers', () => {
  expect(genuine.length).toBeGreaterThanOrEqual(10_000)
  const rounds = Array.from({ length: 5 }, (_, seed) => shuffled(genuine, seededRandom(seed)).slice(0, 10_000))
  expect(rounds.flatMap(falseAlarms).length / rounds.length).toBeLessThanOrEqual(1)
})

it.each([
  ['repeated', 30],
  ['truncated', 30],
  ['refused', 30],
  ['wrong_language', 30],
  ['word_shuffled', 30],
  ['sentence_shuffled', 150],
] as const)('notices %s answers within %d of them in 95 of 100 runs', (kind, limit) => {
  const runs = noticedAfter(genuine, held[kind]!, seededRandom(3), 200)
  expect(runs.filter((after) => after <= limit).length / runs.length).toBeGreaterThanOrEqual(0.95)
})

it('names the signal, and about how many answers ago the change began', () => {
  const before = advanced(initialDrift(), times(100, scores())).state
  const { alarms } = advanced(before, times(6, scores({ flags: ['refusal'] })))
  expect(alarms).toEqual([{ signal: 'refusal', afterResponses: 5 }])
})

it('begins anew after an alarm, for that signal only', () => {
  const refused = scores({ flags: ['refusal'], coherence: 0.3 })
  const { state, alarms } = advanced(initialDrift(), times(5, refused))
  expect(alarms.map(({ signal }) => signal)).toContain('refusal')
  expect(state.signals.refusal).toEqual({ sum: 0, responses: 0 })
  expect(advanced(state, times(4, refused)).alarms.map(({ signal }) => signal)).not.toContain('refusal')
})

it('takes no single answer, however bad, for a change', () => {
  const worst = scores({ coherence: 0, relevance: 0, order: -40, flags: ['repetition', 'refusal', 'truncation'] })
  expect(advanced(initialDrift(), [...times(20, scores()), worst]).alarms).toEqual([])
})

it('lets what was not measured change nothing', () => {
  const before = advanced(initialDrift(), times(3, scores({ coherence: 0.3, relevance: 0.3, order: -1 }))).state
  const unmeasured = scores({ length: 0, coherence: null, relevance: null, order: null })
  expect(advanced(before, times(50, unmeasured)).state).toEqual(before)
})

it('gets used to a subject whose answers are always a little less relevant, and still notices when they fall further', () => {
  const random = seededRandom(4)
  const usual = Array.from({ length: 1_000 }, () => scores({ relevance: 0.45 + 0.5 * random() }))
  const { state, alarms } = advanced(initialDrift(), usual)
  expect(alarms).toEqual([])
  expect(advanced(state, times(30, scores({ relevance: 0.1 }))).alarms[0]).toMatchObject({ signal: 'relevance' })
})

it('never gets used to nonsense', () => {
  const { alarms } = advanced(initialDrift(), times(2_000, scores({ coherence: 0.01 })))
  expect(alarms.length).toBeGreaterThan(50)
})

it('survives as JSON of less than 1 kB', () => {
  const { state } = advanced(initialDrift(), genuine.slice(0, 500))
  const text = JSON.stringify(state)
  expect(text.length).toBeLessThan(1_000)
  const next = genuine.slice(500, 600)
  expect(advanced(JSON.parse(text) as DriftState, next)).toEqual(advanced(state, next))
})

const suspecting = (signal: string): DriftState => resumedDrift(initialDrift(), [signal])

it('notices in half the time what fired before, and hardly ever takes genuine answers for it', () => {
  const random = seededRandom(7)
  const noticed = (from: DriftState, responses: readonly ResponseScores[]): number => {
    let state = from
    const at = responses.findIndex((response) => {
      const next = advanceDrift(state, response)
      state = next.state
      return next.alarms.some(({ signal }) => signal === 'order')
    })
    return at === -1 ? Infinity : at + 1
  }
  const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
  const drawn = (from: readonly ResponseScores[], count: number) =>
    times(count, null).map(() => from[Math.floor(random() * from.length)]!)
  const runs = times(200, null).map(() => drawn(held['sentence_shuffled']!, 300))
  const [fresh, suspected] = [initialDrift(), suspecting('order')].map((from) =>
    median(runs.map((run) => noticed(from, run))),
  )
  expect(suspected).toBeLessThanOrEqual(0.6 * fresh!)
  const wrongly = times(1_000, null).filter(() => noticed(suspecting('order'), drawn(genuine, 100)) < Infinity)
  expect(wrongly.length / 1_000).toBeLessThan(0.05)
})

it('still knows what is usual of a model that is trusted again, and soon gets used to another subject of it', () => {
  const random = seededRandom(6)
  const lessRelevant = (count: number) => times(count, null).map(() => scores({ relevance: 0.4 + 0.5 * random() }))
  const used = advanced(initialDrift(), lessRelevant(1_000)).state
  const unused = advanced(initialDrift(), genuine.slice(0, 1_000)).state
  const alarmsAfter = (from: DriftState, runs = 100) =>
    times(runs, null).flatMap(() => advanced(resumedDrift(from, ['relevance']), lessRelevant(100)).alarms).length
  expect(alarmsAfter(unused)).toBeGreaterThan(50)
  expect(alarmsAfter(used)).toBeLessThanOrEqual(5)
  const { state } = advanced(resumedDrift(unused, ['relevance']), lessRelevant(150))
  expect(advanced(state, lessRelevant(500)).alarms).toEqual([])
})
