import OpenAI, { APIError } from 'openai'
import { testDatabase, type FakeOpenAi, type TestDatabase } from '@akashic/testbed'
import { aProvider, chatsOf, startAiHealth, startPair, testKey, type AiHealthService } from './service-harness.ts'

/** What each failure of facts/ai costs: so many calls of the first choice, so many of the backup, as a real SDK sees it. */
let database: TestDatabase
let pair: Awaited<ReturnType<typeof startPair>>
let first: FakeOpenAi
let backup: FakeOpenAi
let service: AiHealthService

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

beforeEach(async () => {
  pair = await startPair(database)
  ;({ first, backup } = pair)
  const input = { providers: [aProvider('first', first, { priority: 1 }), aProvider('backup', backup)] }
  service = await startAiHealth(input, { database })
})
afterEach(async () => {
  await service.close()
  await pair.stop()
})

const sdk = () => new OpenAI({ apiKey: testKey, baseURL: service.proxyUrl(), maxRetries: 0 })
const messages = [{ role: 'user' as const, content: 'Say who you are.' }]
const chats = (fake: FakeOpenAi) => chatsOf(fake).length

async function ask() {
  const { data, response } = await sdk().chat.completions.create({ model: 'gpt-4o', messages }).withResponse()
  const told = ['provider', 'attempts', 'reason'].map((name) => response.headers.get(`x-akashic-${name}`))
  return { text: data.choices[0]?.message.content, told }
}

test('a request that goes well costs one call', async () => {
  expect(await ask()).toEqual({ text: 'From the first.', told: ['first', '1', 'first_choice'] })
  expect([chats(first), chats(backup)]).toEqual([1, 0])
})

test.each([
  ['rate_limit', 4, 'rate_limit_exceeded'],
  ['slow_down', 4, 'rate_limit_exceeded'],
  ['insufficient_quota', 1, 'quota_exhausted'],
  ['payment_required', 1, 'quota_exhausted'],
  ['billing_400', 1, 'quota_exhausted'],
  ['invalid_key', 1, 'bad_credentials'],
  ['forbidden', 1, 'bad_credentials'],
  ['model_not_found', 1, 'model_unavailable'],
  [{ name: 'status', status: 500 }, 4, 'api_connection_failed'],
  [{ name: 'status', status: 502 }, 4, 'api_connection_failed'],
  [{ name: 'status', status: 503 }, 4, 'api_connection_failed'],
  [{ name: 'status', status: 504 }, 4, 'api_connection_failed'],
  ['html_502', 4, 'api_connection_failed'],
  ['overloaded', 4, 'overloaded'],
  ['server_is_overloaded', 4, 'overloaded'],
  ['reset', 4, 'api_connection_failed'],
  ['no_choices', 2, 'invalid_response'],
  ['empty_content', 2, 'invalid_response'],
  ['empty_body', 2, 'invalid_response'],
  ['broken_json', 2, 'invalid_response'],
  ['huge', 2, 'invalid_response'],
] as const)('%j costs %i calls of the first choice and one of the backup', async (fault, calls, reason) => {
  first.script(fault, { path: 'chat' })
  const { text, told } = await ask()
  expect(text).toBe('From the backup.')
  expect(told).toEqual(['backup', String(calls + 1), reason])
  expect([chats(first), chats(backup)]).toEqual([calls, 1])
})

test('a provider that is away is tried as often, and costs it nothing', async () => {
  await first.stop()
  expect((await ask()).told).toEqual(['backup', '5', 'api_connection_failed'])
})

test.each(['context_length_exceeded', 'bad_request'] as const)(
  'the fault of the caller (%s) is passed on as it came, and nobody else is asked',
  async (fault) => {
    first.script(fault, { path: 'chat' })
    const refused = await ask().catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(APIError)
    expect(refused).toMatchObject({ status: 400, type: 'invalid_request_error' })
    if (fault === 'context_length_exceeded') expect(refused).toMatchObject({ code: fault })
    expect([chats(first), chats(backup)]).toEqual([1, 0])
  },
)
