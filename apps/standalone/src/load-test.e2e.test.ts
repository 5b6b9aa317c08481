import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually, freePort, startFakeOpenAi, type FakeOpenAi } from '@akashic/testbed'
import { makeHome, type Home } from './testing/home.ts'
import { akashic, killAll, startProduct, type Product } from './testing/run-product.ts'

const upstreamKey = 'sk-upstream-9b1e64c07d2f4a58'
const virtualKey = 'vk-shop-5c0d9e7a1b3f4286'

let home: Home
let provider: FakeOpenAi
let product: Product
let aiUrl: string

beforeAll(async () => {
  home = await makeHome()
  provider = await startFakeOpenAi({ apiKey: upstreamKey, models: ['gpt-4o'], text: 'A post.' })
  const port = await freePort()
  aiUrl = `http://127.0.0.1:${port}`
  await home.configure(`
ai:
  providers: [{ name: openai, baseUrl: "${provider.baseUrl}", apiKey: "\${OPENAI_API_KEY}", models: [gpt-4o] }]
  keys: [{ name: shop, secret: "\${SHOP_AI_KEY}" }]
components:
  - { id: shop, name: Shop, targets: { url: "http://127.0.0.1:${home.port}" }, checks: [{ kind: tcp, host: 127.0.0.1, port: ${home.port}, interval: 1s }] }
  - { id: spare, name: Spare, checks: [{ kind: tcp, host: 127.0.0.1, port: ${home.port}, interval: 1s }] }
infra:
  loadTests: { allowedOrigins: ["http://127.0.0.1:${home.port}", "${aiUrl}"], productionHours: ["00:00-23:59"], maxVus: 50 }
`)
  const env = { AI_PROXY_PORT: String(port), OPENAI_API_KEY: upstreamKey, SHOP_AI_KEY: virtualKey }
  product = await startProduct(home, { env: { ...env, AKASHIC_CONFIG: home.configFile } })
}, 90_000)
afterAll(async () => {
  await killAll()
  await provider.stop()
  await home.remove()
})

const operational = () =>
  eventually(async () => {
    const { json } = await product.get('/status')
    expect(json.components.map(({ status }: { status: string }) => status)).not.toContain('unknown')
  }, 20_000)

test('the usual four scenarios run against the platform itself, and their thresholds are judged', async () => {
  await operational()
  await copyFile(new URL('../../../docs/examples/load-test.yaml', import.meta.url), join(home.dir, 'load-test.yaml'))
  const key = (await readFile(join(home.dataDir, 'admin.key'), 'utf8')).trim()
  const given = {
    ...{ AKASHIC_URL: product.url, AKASHIC_API_KEY: key, AI_URL: aiUrl, AI_KEY: virtualKey },
    ...{ RAMP_UP: '2s', HOLD: '6s', DASHBOARD_DURATION: '6s' },
  }
  const variables = Object.entries(given).flatMap(([name, value]) => ['-e', `${name}=${value}`])
  const { code, stdout, stderr } = await akashic(home, 'loadtest', 'run', 'load-test.yaml', '--json', ...variables)
  expect(stderr).not.toContain(key)
  const summary = JSON.parse(stdout)
  expect(summary.byRequest.map(({ scenario }: { scenario: string }) => scenario)).toEqual(
    expect.arrayContaining(['login', 'message_generation', 'dashboard', 'data_import']),
  )
  expect(summary.checks.filter(({ failed }: { failed: number }) => failed > 0)).toEqual([])
  expect(summary).toMatchObject({
    failed: 0,
    endedEarly: null,
    counters: { ai_generation_rate: { count: expect.any(Number) } },
  })
  expect(
    summary.thresholds.map(({ metric, outcome }: { metric: string; outcome: string }) => [metric, outcome]),
  ).toEqual(
    expect.arrayContaining([
      ['http_req_failed', 'passed'],
      ['checks', 'passed'],
    ]),
  )
  expect([0, 99]).toContain(code)
}, 90_000)

describe('on the server', () => {
  const aTest = (more: string, url = product.url) =>
    `name: Page\nbaseUrl: ${url}\nscenarios: { visit: { executor: constant-arrival-rate, rate: 20, gracefulStop: 1s, maxVus: 20, ${more}, steps: [{ request: { name: status, url: /status, headers: { x-token: '\${TOKEN}' } } }] } }\nthresholds: { http_req_failed: ['rate<0.1'] }\n`
  const start = (test: string) =>
    product.call('POST', '/api/v1/infra/load-tests', { test, env: { TOKEN: 'hush-hush' } })

  test('a test runs, is followed, and leaves its results, as a page too', async () => {
    await operational()
    const begun = await start(aTest('duration: 3s'))
    expect(begun).toMatchObject({ status: 202, json: { state: 'running', name: 'Page', target: product.url } })
    expect((await start(aTest('duration: 3s'))).json).toMatchObject({ code: 'already_exists' })
    const { url, id } = begun.json
    const followed = await product.call('GET', `${url}/events`)
    expect(followed.text).toMatch(/^event: progress\ndata: [\s\S]*event: finished\n/)
    const { json } = await product.call('GET', url)
    expect(json).toMatchObject({
      ...{ id, state: 'succeeded', problem: null },
      result: { verdict: 'passed', requests: 60, failed: 0, thresholds: [{ outcome: 'passed' }] },
    })
    expect(JSON.stringify(json)).not.toContain('hush-hush')
    const page = await product.call('GET', `${url}/report`)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(page.text).toMatch(/<p class="verdict passed">Passed/)
    expect((await product.call('GET', `${url}/junit`)).text).toContain(
      '<testsuite name="thresholds" tests="1" failures="0"',
    )
    expect((await product.call('GET', '/api/v1/infra/load-tests')).json.items).toMatchObject([
      { id, state: 'succeeded', result: null },
    ])
    const audit = (await product.call('GET', `/api/v1/audit?subject=${id}`)).json.items
    expect(audit).toMatchObject([{ action: 'load_test.start' }])
  }, 60_000)

  test('one that is cancelled ends, with what it had measured', async () => {
    const { url } = (await start(aTest('duration: 1m'))).json
    await eventually(async () => expect((await product.call('GET', url)).json.progress).not.toBeNull(), 10_000)
    expect((await product.call('DELETE', url)).json).toMatchObject({ state: 'cancelled' })
    await eventually(async () => {
      const { json } = await product.call('GET', url)
      expect(json).toMatchObject({ state: 'cancelled', result: { verdict: 'aborted', endedEarly: 'aborted' } })
    }, 10_000)
  }, 60_000)

  test('mistakes, targets that are not allowed, and tests that ask for too much are refused', async () => {
    expect((await start('name: 1\nscenarios: {}')).json).toMatchObject({
      status: 400,
      errors: expect.arrayContaining([expect.objectContaining({ detail: expect.stringMatching(/^line \d/) })]),
    })
    expect((await start(aTest('duration: 1s', 'http://127.0.0.1:9'))).json.detail).toContain(
      'infra.loadTests.allowedOrigins',
    )
    expect((await start(aTest('duration: 1s').replace('maxVus: 20', 'maxVus: 500'))).json.detail).toContain(
      'virtual users',
    )
    expect((await start(`${aTest('duration: 1s')}limits: { maxDuration: 24h }\n`)).json.detail).toContain('maxDuration')
    expect((await product.call('GET', '/api/v1/infra/load-tests/none')).status).toBe(404)
  }, 30_000)

  test('it is ended when an incident of what it loads opens, and does not begin while one is', async () => {
    const { url } = (await start(aTest('duration: 1m'))).json
    const opened = await product.call('POST', '/api/v1/incidents', {
      title: 'Slow',
      severity: 'SEV-3',
      visibility: 'internal',
      components: ['shop'],
      body: 'We look.',
    })
    expect(opened.json).toMatchObject({ status: 'investigating' })
    await eventually(async () => {
      expect((await product.call('GET', url)).json).toMatchObject({
        state: 'failed',
        problem: 'an incident of shop is open',
      })
    }, 15_000)
    expect((await start(aTest('duration: 1s'))).json.detail).toContain('an incident of shop is open')
  }, 60_000)
})
