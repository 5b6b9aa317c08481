import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { createServer as createSecure } from 'node:https'
import { createServer, type AddressInfo, type Server } from 'node:net'
import OpenAI, { APIError } from 'openai'
import { eventually, makeCertificate, testDatabase, type FakeOpenAi, type TestDatabase } from '@akashic/testbed'
import { failureCases, faultsOfCallers } from './failure-cases.ts'
import { aProvider, chatsOf, startAiHealth, startPair, testKey, type AiHealthService } from './service-harness.ts'

/** What each failure costs: so many calls of the first choice, so many of the backup, as the JavaScript SDK sees it. */
let database: TestDatabase
let pair: Awaited<ReturnType<typeof startPair>>
let first: FakeOpenAi
let backup: FakeOpenAi
let service: AiHealthService
const servers: Server[] = []

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
  for (const server of servers.splice(0)) server.close()
})

const sdk = () => new OpenAI({ apiKey: testKey, baseURL: service.proxyUrl(), maxRetries: 0 })
const messages = [{ role: 'user' as const, content: 'Say who you are.' }]
const chats = (fake: FakeOpenAi) => chatsOf(fake).length

/** Puts `away` in the place of the first choice once that was probed, as the next probe is half a minute later. */
async function putFirst(away: ReturnType<typeof aProvider>): Promise<void> {
  await eventually(() => expect(first.calls().some(({ path }) => path.endsWith('/models'))).toBe(true))
  await service.reload({ providers: [away, aProvider('backup', backup)] })
}

async function listening(server: Server): Promise<number> {
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}

async function ask() {
  const { data, response } = await sdk().chat.completions.create({ model: 'gpt-4o', messages }).withResponse()
  const told = ['provider', 'attempts', 'reason'].map((name) => response.headers.get(`x-akashic-${name}`))
  return { text: data.choices[0]?.message.content, told }
}

test('a request that goes well costs one call', async () => {
  expect(await ask()).toEqual({ text: 'From the first.', told: ['first', '1', 'first_choice'] })
  expect([chats(first), chats(backup)]).toEqual([1, 0])
})

test.each(failureCases)(
  '%j costs %i calls of the first choice and one of the backup',
  async (fault, calls, reason) => {
    first.script(fault, { path: 'chat' })
    const { text, told } = await ask()
    expect(text).toBe('From the backup.')
    expect(told).toEqual(['backup', String(calls + 1), reason])
    expect([chats(first), chats(backup)]).toEqual([calls, 1])
  },
  20_000,
)

test.each([
  ['has no address', () => 'http://nobody.invalid/v1'],
  ['speaks no TLS', () => backup.baseUrl.replace('http:', 'https:')],
])('a provider whose server %s is tried as often', async (_, baseUrl) => {
  await putFirst(aProvider('first', { baseUrl: baseUrl() }, { priority: 1 }))
  expect((await ask()).told).toEqual(['backup', '5', 'api_connection_failed'])
  expect([chats(first), chats(backup)]).toEqual([0, 1])
})

test('a provider whose certificate nobody vouches for is tried as often, and gets no request', async () => {
  let handshakes = 0
  let requests = 0
  const answer: RequestListener = (_, response) => (requests++, response.end())
  const server = createSecure(await makeCertificate(), answer).on('connection', () => handshakes++)
  await putFirst(aProvider('first', { baseUrl: `https://127.0.0.1:${await listening(server)}/v1` }, { priority: 1 }))
  expect((await ask()).told).toEqual(['backup', '5', 'api_connection_failed'])
  expect([handshakes, requests, chats(backup)]).toEqual([4, 0, 1])
})

test('a provider that takes the connection and never greets is waited for as long as connecting may take', async () => {
  let connections = 0
  const silent = createServer((socket) => {
    connections++
    socket.on('error', () => undefined)
  })
  const baseUrl = `https://127.0.0.1:${await listening(silent)}/v1`
  const timeouts = { connect: '500ms', firstByte: '1m', idle: '1m' }
  await putFirst(aProvider('first', { baseUrl }, { priority: 1, timeouts }))
  expect((await ask()).told).toEqual(['backup', '5', 'api_connection_failed'])
  expect([connections, chats(backup)]).toEqual([4, 1])
}, 20_000)

test.each([
  ['seconds', 1_000, () => ({ seconds: 1 })],
  ['a date', 900, () => ({ at: new Date(Date.now() + 1_999).toISOString() })],
  ['milliseconds', 300, () => ({ ms: 300 })],
])('a Retry-After in %s is waited for', async (_, leastMs, retryAfter) => {
  first.script({ name: 'rate_limit', retryAfter: retryAfter() }, { path: 'chat', times: 1 })
  const before = performance.now()
  expect((await ask()).told).toEqual(['first', '2', 'first_choice'])
  expect(performance.now() - before).toBeGreaterThanOrEqual(leastMs)
  expect([chats(first), chats(backup)]).toEqual([2, 0])
})

test('a provider that is away is tried as often, and costs it nothing', async () => {
  await first.stop()
  expect((await ask()).told).toEqual(['backup', '5', 'api_connection_failed'])
})

test.each(faultsOfCallers)(
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
