import { qualityReport, type RecordedResponse } from './quality-report.ts'
import { qualityFlags, type QualityFlag } from './response-scores.ts'

function aResponse(change: Partial<RecordedResponse> = {}): RecordedResponse {
  return {
    ...{ atMs: 0, provider: 'openai', model: 'gpt', isError: false, errorClass: null },
    ...{ length: 400, coherence: 0.88, relevance: 0.86, flags: [] },
    ...change,
  }
}

const anError = (change: Partial<RecordedResponse> = {}): RecordedResponse =>
  aResponse({ isError: true, errorClass: 'overloaded', length: null, coherence: null, relevance: null, ...change })

const times = (count: number, response: (at: number) => RecordedResponse): RecordedResponse[] =>
  Array.from({ length: count }, (_, at) => ({ ...response(at), atMs: at * 1_000 }))

it('says, without a response, that nothing was measured: every score is null', () => {
  const report = qualityReport([], [])
  expect(report).toMatchObject({ overallScore: null, responses: 0, scored: 0, alerts: [], models: [] })
  expect(Object.values(report.metrics)).toEqual([null, null, null, null, null])
  expect(report.recommendations).toEqual([expect.stringContaining('Nothing was measured')])
  expect(report.trends.coherence).toBeNull()
})

it('averages what was measured, and says nothing where all is well', () => {
  const report = qualityReport([aResponse({ length: 100 }), aResponse({ length: 300, coherence: null })], [1, 0.5])
  expect(report.metrics).toEqual({
    ...{ averageLength: 200, coherenceScore: 0.88, relevanceScore: 0.86, errorRate: 0, userSatisfaction: 0.75 },
  })
  expect(report).toMatchObject({ responses: 2, scored: 2, alerts: [], recommendations: [] })
  expect(report.overallScore).toBeCloseTo((0.88 * 0.86 * 0.75 * 1) ** 0.25, 9)
})

it('lets no good measure make up for a bad one in the overall score', () => {
  const overall = (change: Partial<RecordedResponse>) => qualityReport([aResponse(change)], []).overallScore
  expect(overall({})).toBeGreaterThan(0.9)
  expect(overall({ coherence: 0.01 })).toBeLessThan(0.25)
  expect(overall({ flags: ['refusal'] })).toBe(0)
  expect(qualityReport([aResponse(), anError()], []).overallScore).toBeCloseTo(overall({})! / 2, 9)
})

it('has a score of 0, not none, where every request failed', () => {
  expect(
    qualityReport(
      times(3, () => anError()),
      [],
    ),
  ).toMatchObject({ overallScore: 0, scored: 0 })
})

it('warns of coherence under 0.7, and calls an error rate over 0.1 critical, as the guide does', () => {
  expect(qualityReport([aResponse({ coherence: 0.69 })], []).alerts).toEqual([
    {
      type: 'low_coherence',
      model: null,
      severity: 'warning',
      threshold: 0.7,
      current: 0.69,
      message: expect.stringContaining('0.69') as string,
    },
  ])
  const { alerts } = qualityReport([...times(8, () => aResponse()), anError(), anError()], [])
  expect(alerts).toEqual([
    {
      type: 'high_error_rate',
      model: null,
      severity: 'critical',
      threshold: 0.1,
      current: 0.2,
      message: '20 % of the requests ended in an error.',
    },
  ])
})

it('does not warn at the thresholds themselves', () => {
  expect(qualityReport([aResponse({ coherence: 0.7 })], []).alerts).toEqual([])
  expect(qualityReport([...times(9, () => aResponse()), anError()], []).alerts).toEqual([])
})

it.each(qualityFlags)('counts %s, and warns when it is more than chance', (flag: QualityFlag) => {
  const flagged = (count: number) => times(100, (at) => aResponse({ flags: at < count ? [flag] : [] }))
  const few = qualityReport(flagged(3), [])
  expect(few.flags[flag]).toBe(3)
  expect(few.alerts).toEqual([])
  const [alert, ...others] = qualityReport(flagged(20), []).alerts
  expect(others).toEqual([])
  expect(alert).toMatchObject({ type: flag, severity: 'warning', current: 0.2 })
  expect(alert!.threshold).toBeGreaterThan(0.05)
  expect(alert!.threshold).toBeLessThan(0.1)
  expect(qualityReport(flagged(60), []).alerts[0]!.severity).toBe('critical')
})

it('takes one flagged answer of one for chance, three of three for none', () => {
  const refused = aResponse({ flags: ['refusal'] })
  expect(qualityReport([refused], []).alerts).toEqual([])
  expect(qualityReport([refused, refused, refused], []).alerts).toHaveLength(1)
})

it('counts flags among answers that were judged, not among errors and dropped ones', () => {
  const dropped = aResponse({ length: null, coherence: null, relevance: null })
  const report = qualityReport([...times(60, () => dropped), ...times(8, () => aResponse({ flags: ['refusal'] }))], [])
  expect(report.alerts).toEqual([
    expect.objectContaining({ type: 'refusal', current: 1, message: '8 of 8 answers are refusals.' }),
  ])
  expect(report).toMatchObject({ responses: 68, scored: 8 })
})

it('gives trends in the order of time, whichever way the responses come', () => {
  const falling = times(30, (at) => aResponse({ coherence: 0.9 - at / 100, length: 100 + 10 * at }))
  for (const responses of [falling, falling.toReversed()]) {
    const { trends } = qualityReport(responses, [])
    expect(trends.coherence).toMatchObject({ direction: 'falling', slope: expect.closeTo(-0.01, 9) as number })
    expect(trends.length).toMatchObject({ direction: 'rising', slope: 10 })
    expect(trends).toMatchObject({ relevance: { direction: 'stable' }, errors: { direction: 'stable' } })
  }
})

it('reports each model apart, the worst first, and recommends for the one that is bad only', () => {
  const report = qualityReport(
    [
      ...times(40, () => aResponse()),
      ...times(10, () => aResponse({ provider: 'local', model: 'llama', coherence: 0.4, flags: ['repetition'] })),
      anError({ provider: 'spare', model: 'small' }),
    ],
    [],
  )
  expect(report.models.map(({ provider, responses }) => [provider, responses])).toEqual([
    ['local', 10],
    ['spare', 1],
    ['openai', 40],
  ])
  expect(report.models[0]).toMatchObject({
    model: 'llama',
    scored: 10,
    errorRate: 0,
    flags: { repetition: 10, refusal: 0 },
  })
  expect(report.recommendations.map((text) => text.split(':')[0])).toEqual([
    'local/llama',
    'spare/small',
    'local/llama',
  ])
  expect(report.recommendations[0]).toContain('10 of 10 answers repeat themselves')
  expect(report.recommendations[1]).toContain('mostly overloaded')
  expect(report.recommendations.every((text) => text.includes('What to do:'))).toBe(true)
})

it('says that nothing can be scored, or that nothing was judged, or that users are not content', () => {
  const said = (responses: RecordedResponse[], ratings: number[] = []) =>
    qualityReport(responses, ratings).recommendations
  expect(said([aResponse({ coherence: null, relevance: null })])).toEqual([expect.stringContaining('too short')])
  expect(said([aResponse({ length: null, coherence: null, relevance: null })])).toEqual([
    expect.stringContaining('None of 1 answers was judged'),
  ])
  expect(said([aResponse()], [0.2, 0.3])).toEqual([expect.stringContaining('25 %')])
})

it('has no score of answers of which none could be scored, and sorts them behind those that have', () => {
  const unscored = times(20, () => aResponse({ provider: 'vectors', coherence: null, relevance: null }))
  expect(qualityReport(unscored, [])).toMatchObject({ overallScore: null, responses: 20, scored: 0 })
  const { models } = qualityReport([...unscored, ...times(5, () => aResponse())], [])
  expect(models.map(({ provider }) => provider)).toEqual(['openai', 'vectors'])
})

it('raises the alert of one model, though much from another is good, and not on a few answers', () => {
  const good = times(90, () => aResponse())
  const bad = (count: number) => times(count, () => aResponse({ provider: 'spare', coherence: 0 }))
  expect(qualityReport([...good, ...bad(19)], []).alerts).toEqual([])
  expect(qualityReport([...good, ...bad(20)], []).alerts).toEqual([
    expect.objectContaining({ type: 'low_coherence', model: { provider: 'spare', model: 'gpt' }, current: 0 }),
  ])
})
