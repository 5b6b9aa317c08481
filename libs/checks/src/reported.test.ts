import { evaluateReport } from './reported.ts'

const report = { status: 'operational', atMs: 1_000, expiresAtMs: 61_000 } as const

test('a report holds until its time to live is over, and is unknown from then on', () => {
  expect(evaluateReport(report, 60_999)).toMatchObject({ outcome: 'operational' })
  expect(evaluateReport(report, 61_000)).toMatchObject({
    outcome: 'unknown',
    failure: { sentence: 'report out of date' },
  })
})

test('without a report the state is unknown', () => {
  expect(evaluateReport(null, 0)).toMatchObject({ outcome: 'unknown', latencyMs: null, neverAnswered: false })
})

test("the reporter's words are for operators, not for the public sentence", () => {
  const { outcome, failure } = evaluateReport(
    { ...report, status: 'outage', message: 'db-7 at 10.0.0.7 is full' },
    2_000,
  )
  expect(outcome).toBe('outage')
  expect(failure).toEqual({ code: 'reported', sentence: 'reported as down', detail: 'db-7 at 10.0.0.7 is full' })
})

test('a report of partial outage counts as degraded, and says so', () => {
  const result = evaluateReport({ ...report, status: 'partial_outage', responseTimeMs: 12 }, 2_000)
  expect(result).toMatchObject({ outcome: 'degraded', latencyMs: 12, failure: { sentence: 'reported as partly down' } })
})
