import { configSchema, type ConfigInput } from './config.ts'

type Performance = NonNullable<NonNullable<ConfigInput['infra']>['performance']>
const prometheus = { url: 'http://prometheus:9090', bearer: 'hunter2' }
const problems = (performance: Performance): string[] => {
  const config = { components: [{ id: 'shop', name: 'Shop' }], infra: { performance } } satisfies ConfigInput
  const { error } = configSchema.safeParse(config)
  return (error?.issues ?? []).map(
    (issue) => `${issue.path.join('.').replace('infra.performance.', '')}: ${issue.message}`,
  )
}
const histogram = { component: 'shop', histogram: 'http_request_duration_seconds' }
const query = { name: 'shop-cpu', component: 'shop', measures: 'utilisation', query: 'up' } as const

test('a histogram and a query of a component are taken', () => {
  const performance: Performance = {
    prometheus,
    histograms: [{ ...histogram, matching: 'job="shop", path!~"/health.*"', failed: 'code=~"5..",method="a\\"b"' }],
    queries: [{ ...query, query: 'sum(rate(cpu{pod=~"a(b"}[$window])) / 2' }],
  }
  expect(problems(performance)).toEqual([])
  expect(configSchema.parse({}).infra.performance).toEqual({
    ...{ window: 3_600_000, responseP95: 2_000, errorRatio: 0.05, histograms: [], queries: [] },
  })
})

test.each(['http_request_duration_seconds_bucket', 'x_sum', 'rate(x)', 'x{a="b"}', ''])(
  '%s is no name of a histogram',
  (name) => {
    const [problem] = problems({ prometheus, histograms: [{ ...histogram, histogram: name }] })
    expect(problem).toMatch(/^histograms\.0\.histogram: must be/)
  },
)

test.each([
  '{job="shop"}',
  'job=shop',
  'job="shop"}) or vector(1) #',
  'le="1"',
  'job="shop",quantile="0.95"',
  'job="a",',
  'job="a\nb"',
])('%s are no label matchers that may be chosen by', (matching) => {
  expect(problems({ prometheus, histograms: [{ ...histogram, matching }] })[0]).toMatch(/^histograms\.0\.matching: /)
})

test('two histograms of one component are refused: their percentiles cannot be joined', () => {
  expect(problems({ prometheus, histograms: [histogram, histogram] })).toEqual([
    'histograms.1.component: an earlier histogram is of shop too: percentiles of two cannot be joined',
  ])
})

test('what is named twice, leads nowhere, is not whole or goes to no Prometheus is told at once', () => {
  const queries = [query, { ...query, component: 'till' }, { ...query, name: 'other', query: 'sum(rate(x[5m])' }]
  expect(problems({ queries, histograms: [{ ...histogram, component: 'till' }] })).toEqual([
    'queries.2.query: must have as many closing brackets as opening ones',
    'queries.1.name: the name shop-cpu is taken by an earlier query',
    'histograms.0.component: there is no component till',
    'queries.1.component: there is no component till',
    'prometheus: must be given where histograms or queries are',
  ])
})

test.each(['http://user:hunter2@p', 'http://p?token=hunter2', 'ftp://p', 'nowhere'])(
  'the address %s is refused, and no secret is told',
  (url) => {
    const [problem] = problems({ prometheus: { url } })
    expect(problem).toContain('prometheus.url: ')
    expect(problem).not.toContain('hunter2')
  },
)
