import { writeFile } from 'node:fs/promises'
import { eventually, freePort, startFakeOpenAi, type FakeOpenAi } from '@akashic/testbed'
import { makeHome, type Home } from './testing/home.ts'
import { killAll, startProduct, type Product } from './testing/run-product.ts'
import { seededRandom } from './testing/seeded-random.ts'

const requests = 1_000
const callersAtOnce = 20
const upstreamKey = 'sk-upstream-1c7e50b94ad2f836'
const random = seededRandom()

let home: Home
let fake: FakeOpenAi
let env: Record<string, string>

beforeAll(async () => {
  home = await makeHome()
  fake = await startFakeOpenAi({ apiKey: upstreamKey, models: ['gpt-4o'], latencyMs: 40 })
  await writeFile(
    home.configFile,
    `
ai:
  providers: [{ name: openai, baseUrl: "${fake.baseUrl}", apiKey: "\${OPENAI_API_KEY}", models: [gpt-4o] }]
  keys: [{ name: batch, secret: "\${BATCH_AI_KEY}", queue: true }]
`,
  )
  env = {
    AKASHIC_CONFIG: home.configFile,
    AI_PROXY_PORT: String(await freePort()),
    OPENAI_API_KEY: upstreamKey,
    BATCH_AI_KEY: 'vk-batch-0123456789abcdef',
  }
})
afterAll(async () => {
  await killAll()
  await fake.stop()
  await home.remove()
})

const keyOf = (index: number) => `order-${index}`

async function queue(product: Product, index: number): Promise<void> {
  const originalRequest = { model: 'gpt-4o', messages: [{ role: 'user', content: `Order ${index}.` }] }
  const body = {
    type: 'rate_limit_exceeded',
    retryCount: 0,
    originalRequest,
    key: 'batch',
    idempotencyKey: keyOf(index),
  }
  const { json } = await product.call('POST', '/api/v1/ai/failures', body)
  expect(json).toMatchObject({ action: 'retry_with_backoff', requestId: expect.any(String) })
}

async function counts(product: Product): Promise<Record<string, number>> {
  return (await product.call('GET', '/api/v1/ai/requests?limit=1')).json.counts
}

const executed = () => Array.from({ length: requests }, (_, index) => fake.executions(keyOf(index)))

test('killed in the middle of 1,000 queued requests, none is lost, and none is sent twice', async () => {
  const product = await startProduct(home, { env })
  let next = 0
  const callers = Array.from({ length: callersAtOnce }, async () => {
    while (next < requests) await queue(product, next++)
  })
  await Promise.all(callers)
  const killAt = 100 + Math.floor(random.next() * 600)
  await eventually(() => expect(executed().filter((times) => times > 0).length).toBeGreaterThan(killAt), 120_000)
  await product.stop('SIGKILL')
  expect(executed().filter((times) => times > 0).length).toBeLessThan(requests)
  const again = await startProduct(home, { env })
  const found = await counts(again)
  expect(Object.values(found).reduce((sum, count) => sum + count, 0)).toBe(requests)
  await eventually(async () => {
    expect(await counts(again)).toMatchObject({ pending: 0, running: 0 })
  }, 180_000)
  const { succeeded, uncertain, failed, expired } = await counts(again)
  expect({ failed, expired, whole: succeeded! + uncertain! }).toEqual({ failed: 0, expired: 0, whole: requests })
  expect(Math.max(...executed())).toBe(1)
  expect(uncertain).toBeLessThanOrEqual(8)
  expect(executed().filter((times) => times === 1).length).toBeGreaterThanOrEqual(succeeded!)
}, 400_000)
