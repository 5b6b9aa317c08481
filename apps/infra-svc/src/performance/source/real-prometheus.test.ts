import { configSchema } from '@akashic/config'
import { describeReal, eventually, startPrometheus, type PrometheusServer } from '@akashic/testbed'
import type { Measures } from '../measures.ts'
import { bucketOf, exactly, startMeasuredServer, type MeasuredServer } from '../testing/measured-server.ts'
import { measureHistogram } from './measure-histogram.ts'
import { measureQuery } from './measure-query.ts'
import { createPrometheus, type Prometheus } from './prometheus.ts'

const settings = (more: object) =>
  configSchema.parse({
    components: [...new Set(['shop', ...components])].map((id) => ({ id, name: id })),
    infra: { performance: { prometheus: { url: 'http://127.0.0.1:1' }, ...more } },
  }).infra.performance
const components = ['mixed', 'stuck', 'fine', 'rare', 'idle', 'nobody', 'summed']
const windowMs = 300_000
const signal = new AbortController().signal

describeReal('prometheus', () => {
  let server: MeasuredServer
  let real: PrometheusServer
  let prometheus: Prometheus
  beforeAll(async () => {
    server = await startMeasuredServer()
    const scrape = [{ job: 'app', targets: [server.target] }]
    real = await startPrometheus({ scrape, scrapeIntervalMs: 250 })
    prometheus = createPrometheus({ url: real.url, readyWithin: 5_000 }, () => ({ allowHosts: [] }))
  }, 60_000)
  afterAll(async () => {
    await prometheus?.close()
    await real?.stop()
    server?.close()
  })

  const scraped = async (): Promise<void> => {
    const before = server.scrapes()
    await eventually(() => expect(server.scrapes()).toBeGreaterThan(before + 2), 10_000)
  }
  async function record(component: string, codes: Readonly<Record<string, readonly number[]>>): Promise<void> {
    server.begin(component, Object.keys(codes))
    await scraped()
    for (const [code, seconds] of Object.entries(codes)) server.took(component, seconds, code)
    await scraped()
  }
  const measure = (component: string, more: object = {}): Promise<Measures> => {
    const histogram = { component, histogram: 'http_request_duration_seconds', ...more }
    const [spec] = settings({ histograms: [{ matching: `job_name="${component}"`, ...histogram }] }).histograms
    const toMs = Date.now()
    return measureHistogram(prometheus, spec!, { fromMs: toMs - windowMs, toMs }, signal)
  }

  test('percentiles lie in the bucket of what really was, and counts and errors are right', async () => {
    const good = Array.from({ length: 900 }, (_, at) => 0.02 + at * 0.001)
    const bad = Array.from({ length: 100 }, (_, at) => 1.1 + at * 0.01)
    await record('shop', { 200: good, 500: bad })
    const measured = await measure('shop', { failed: 'code=~"5.."' })
    for (const [key, q] of [
      ['p50Ms', 0.5],
      ['p95Ms', 0.95],
      ['p99Ms', 0.99],
    ] as const) {
      const [least, most] = bucketOf(exactly([...good, ...bad], q))
      expect(measured[key]).toBeGreaterThan(least)
      expect(measured[key]).toBeLessThanOrEqual(most)
    }
    const mean = ([...good, ...bad].reduce((sum, each) => sum + each, 0) / 1_000) * 1_000
    expect(measured.meanMs).toBeCloseTo(mean, 0)
    expect(measured.failedRatio).toBeCloseTo(0.1, 5)
    expect(measured).toMatchObject({ method: 'classic histogram', atLeast: [], unknown: [] })
    expect(measured.count! / 1_000).toBeCloseTo(1, 0)
  }, 30_000)

  test('the percentile of two unlike series is that of all requests, and not the mean of two', async () => {
    const [fast, slow] = [Array.from({ length: 990 }, () => 0.05), Array.from({ length: 10 }, () => 4)]
    await record('mixed', { 200: fast, 201: slow })
    const { p95Ms } = await measure('mixed')
    // The mean of the two series' own would be above 2 s.
    expect(p95Ms).toBeLessThanOrEqual(100)
  }, 30_000)

  test('what lies above the highest bucket is told to be no less than it', async () => {
    await record('stuck', { 200: [...Array.from({ length: 50 }, () => 0.05), ...Array.from({ length: 50 }, () => 60)] })
    expect(await measure('stuck')).toMatchObject({ p95Ms: 5_000, atLeast: ['p95Ms'] })
  }, 30_000)

  test('requests without one failure have an error ratio of 0; which failed is unknown where it is not told', async () => {
    await record('fine', { 200: Array.from({ length: 60 }, () => 0.05) })
    expect(await measure('fine', { failed: 'code=~"5.."' })).toMatchObject({ failedRatio: 0 })
    const { failedRatio, unknown } = await measure('fine')
    expect([failedRatio, unknown.find(({ what }) => what === 'errors')?.howToGet]).toEqual([
      null,
      'Give `failed` of its histogram',
    ])
  }, 30_000)

  test('of three requests there is no 95th percentile', async () => {
    await record('rare', { 200: [0.05, 0.05, 4] })
    const { p50Ms, p95Ms, unknown } = await measure('rare', { failed: 'code="500"' })
    expect([p50Ms, p95Ms]).toEqual([null, null])
    expect(unknown.map(({ reason }) => reason)).toContain('of 3 measurements; it takes 40')
  }, 30_000)

  test('no requests are no response time of 0, and a histogram that is not there is told', async () => {
    await record('idle', { 200: [] })
    expect(await measure('idle', { failed: 'code="500"' })).toMatchObject({
      ...{ p95Ms: null, meanMs: null, failedRatio: null, perSecond: 0 },
      unknown: [{ what: 'response times', reason: 'there were no requests in this time' }],
    })
    expect(await measure('nobody')).toMatchObject({
      ...{ p95Ms: null, perSecond: null },
      unknown: [{ reason: 'Prometheus has no values of http_request_duration_seconds_count in this time' }],
    })
  }, 30_000)

  test('a summary has no buckets: its requests are counted, and how long they take is unknown', async () => {
    await scraped()
    server.summed(Array.from({ length: 100 }, () => 0.05))
    await scraped()
    const named = { histogram: 'rpc_duration_seconds', matching: undefined, failed: 'code="500"' }
    const { count, p95Ms, unknown } = await measure('summed', named)
    expect(count).toBeGreaterThan(50)
    expect(p95Ms).toBeNull()
    expect(unknown).toMatchObject([
      { what: 'response times', reason: 'no buckets of rpc_duration_seconds: is it a summary?' },
    ])
  }, 30_000)

  const ask = (query: string, measures = 'utilisation') => {
    const entry = { name: 'q', component: 'shop', measures, query }
    const toMs = Date.now()
    return measureQuery(
      prometheus,
      settings({ queries: [entry] }).queries[0]!,
      { fromMs: toMs - windowMs, toMs },
      signal,
    )
  }

  test('a query gives one value, over the window that is looked at', async () => {
    expect(await ask('vector(0.5)')).toMatchObject({ value: 0.5, unknown: null })
    expect(await ask('vector(1.5)')).toMatchObject({ value: 1.5, unknown: null })
    expect(await ask('vector(12)', 'saturation')).toMatchObject({ value: 12, unknown: null })
    expect(await ask('scalar(vector(0.5))')).toMatchObject({ value: 0.5 })
    expect(await ask('count_over_time(vector(1)[$window:1m])', 'saturation')).toMatchObject({ value: 5 })
  })

  test.each([
    ['vector(0) / 0', 'the query gives NaN'],
    ['vector(1) / 0', 'the query gives infinity'],
    ['vector(-1)', 'the query gives -1, which cannot be'],
    ['vector(12)', 'the query gives 12: a share is 0 to 1; divide by 100?'],
    ['vector(1.51)', 'the query gives 1.51: a share is 0 to 1; divide by 100?'],
    ['nothing_of_that_name', 'the query gives no value'],
    ['up[5m]', 'the query gives a matrix, and not a value'],
    ['"text"', 'the query gives a string, and not a value'],
    ['http_request_duration_seconds_bucket', /^the query gives \d+ series: add them up, or choose one$/],
    ['no_such_function(up)', /^Prometheus says bad_data: .*unknown function/],
  ])('%s is unknown, and says why', async (query, unknown) => {
    const entry = { name: 'q', component: 'shop', measures: 'utilisation' as const, resource: 'cpu', query }
    const toMs = Date.now()
    const reading = await measureQuery(prometheus, entry, { fromMs: toMs - windowMs, toMs }, signal)
    expect(reading.value).toBeNull()
    expect(reading.unknown).toMatch(unknown)
  })
})
