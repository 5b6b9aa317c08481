import { setTimeout as sleep } from 'node:timers/promises'
import {
  describeReal,
  eventually,
  startHttp,
  startPrometheus,
  type HttpServer,
  type PrometheusServer,
} from '@akashic/testbed'
import { makeHome, type Home } from './testing/home.ts'
import { akashic, killAll, startProduct, type Product } from './testing/run-product.ts'

const slowMs = 2_200

describeReal('prometheus', () => {
  let server: HttpServer
  let home: Home
  let product: Product
  let prometheus: PrometheusServer
  beforeAll(async () => {
    server = await startHttp(async (request, response) => {
      if (request.url === '/slow') await sleep(slowMs)
      response.end('ok')
    })
    home = await makeHome()
    const scrape = [{ job: 'akashic', targets: [`127.0.0.1:${home.adminPort}`] }]
    prometheus = await startPrometheus({ scrape, scrapeIntervalMs: 500 })
    // Twenty checks of each, so that there are percentiles within seconds.
    const checks = (path: string): string =>
      `[${Array.from({ length: 20 }, () => `{ kind: http, url: '${server.url}${path}', interval: 8s, timeout: 7500ms }`).join(', ')}]`
    await home.configure(`
components:
  - { id: shop, name: Shop, checks: ${checks('/slow')} }
  - { id: web, name: Web, checks: ${checks('/')} }
  - { id: api, name: API }
infra:
  performance:
    window: 5m
    prometheus: { url: '${prometheus.url}' }
    histograms:
      - { component: api, histogram: akashic_rpc_server_duration_seconds, failed: 'code!="ok"' }
`)
    product = await startProduct(home, { env: { AKASHIC_CONFIG: home.configFile } })
  }, 90_000)
  afterAll(async () => {
    await killAll()
    await prometheus?.stop()
    await server.stop()
    await home.remove()
  })

  test('a component that is slow by its checks and the platform by its histogram are told over REST and on the terminal', async () => {
    const report = await eventually(async () => {
      const { status, json } = await product.call('GET', '/api/v1/infra/performance/report')
      expect(status).toBe(200)
      const known = json.summary.components.filter(({ duration }: { duration: unknown }) => duration !== null)
      expect(known).toHaveLength(3)
      return json
    }, 60_000)
    expect(report.findings).toMatchObject([{ component: 'shop', rule: 'perf-slow-response', severity: 'warning' }])
    const of = (id: string) =>
      report.summary.components.find(({ component }: { component: string }) => component === id)
    expect(of('shop').duration.p95Ms).toBeGreaterThan(slowMs - 1)
    expect(of('web')).toMatchObject({ status: 'healthy', duration: { source: 'checks' }, errors: { ratio: 0 } })
    expect(of('api')).toMatchObject({
      ...{ rate: { source: 'prometheus' }, errors: { source: 'prometheus' } },
      duration: { source: 'prometheus', method: 'classic histogram' },
    })
    const { code, stdout } = await akashic(home, 'perf', 'report')
    expect(code).toBe(3)
    expect(stdout.split('\n')[0]).toBe('▲ 1 of 3 components perform badly')
    expect(stdout).toMatch(/shop: The 95th percentile of response times is [\d.]+ s by its checks; the limit is 2 s\./)
    expect((await product.call('GET', '/api/v1/infra/performance/report?component=nobody')).status).toBe(404)
  }, 90_000)
})
