import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { testDatabase, type TestDatabase } from '@akashic/testbed'
import {
  aProvider,
  as,
  chatsOf,
  startAiHealth,
  startPair,
  testKey,
  upstreamKey,
  type AiHealthService,
  type AiInput,
} from './service-harness.ts'

/** What providers do that no well-behaved one does, with a backup beside them. */
let database: TestDatabase
let pair: Awaited<ReturnType<typeof startPair>>
let service: AiHealthService
let server: Server | null = null

type Provider = NonNullable<AiInput['providers']>[number]

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  pair = await startPair(database)
})
afterEach(async () => {
  await service.close()
  server?.closeAllConnections()
  server?.close()
  server = null
  await pair.stop()
})

/** Puts a provider that answers by `listener` before the backup. */
async function start(listener: RequestListener, more: Partial<Provider> = {}): Promise<void> {
  server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((resolve) => server!.once('listening', resolve))
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  const first = aProvider('first', { baseUrl }, { priority: 1, breaker: { failures: 3, cooldown: '1m' }, ...more })
  service = await startAiHealth({ providers: [first, aProvider('backup', pair.backup)] }, { database })
}

async function ask(fields: object = {}, headers: Record<string, string> = {}) {
  const body = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello.' }], ...fields })
  const response = await fetch(`${service.proxyUrl()}/chat/completions`, {
    ...{ method: 'POST', headers: { authorization: `Bearer ${testKey}`, ...headers }, body },
  })
  return { status: response.status, text: await response.text(), provider: response.headers.get('x-akashic-provider') }
}

async function stateOfFirst(): Promise<string> {
  const { providers } = await service.client.getHealth({ refresh: false }, as('viewer'))
  return providers.find(({ name }) => name === 'first')!.circuits[0]!.state
}

const isChat = (url: string | undefined) => url?.endsWith('/chat/completions') === true
const answering =
  (status: number, body: (authorization: string) => string): RequestListener =>
  ({ headers }, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(body(headers.authorization ?? ''))

test('a provider that hangs leaves the backup its time', async () => {
  await start(() => undefined, { timeouts: { connect: '1s', firstByte: '1s', idle: '1s' } })
  const { status, provider } = await ask({}, { 'x-akashic-timeout-ms': '2500' })
  expect([status, provider]).toEqual([200, 'backup'])
}, 20_000)

test('callers that gave a provider ten seconds open its circuit, who gave it less do not', async () => {
  await start(() => undefined, { timeouts: { connect: '1s', firstByte: '1m', idle: '1m' } })
  const askAll = (ms: number) => Promise.all([1, 2, 3].map(() => ask({}, { 'x-akashic-timeout-ms': String(ms) })))
  expect(await askAll(500)).toMatchObject([1, 2, 3].map(() => ({ status: 504, provider: 'first' })))
  expect(await stateOfFirst()).toBe('CIRCUIT_STATE_CLOSED')
  expect((await askAll(10_500)).map(({ status }) => status)).toEqual([504, 504, 504])
  expect(await stateOfFirst()).toBe('CIRCUIT_STATE_OPEN')
  expect(await ask({}, { 'x-akashic-timeout-ms': '500' })).toMatchObject({ status: 200, provider: 'backup' })
}, 40_000)

test('our key in what a provider says of a bad request reaches no caller', async () => {
  await start(
    answering(400, (authorization) =>
      JSON.stringify({ error: { message: `Bad: ${authorization}`, type: 'invalid_request_error' } }),
    ),
  )
  const { status, text } = await ask()
  expect(status).toBe(400)
  expect(text).toContain('invalid_request')
  expect(text).not.toContain(upstreamKey)
})

test('a thing that a request names and that is not there is the fault of its caller', async () => {
  const error = { message: 'No such File object: file-1', type: 'invalid_request_error', param: 'id', code: null }
  await start(answering(404, () => JSON.stringify({ error })))
  for (let i = 0; i < 4; i++) expect(await ask()).toMatchObject({ status: 404, provider: 'first' })
  expect(chatsOf(pair.backup)).toHaveLength(0)
  expect(await stateOfFirst()).toBe('CIRCUIT_STATE_CLOSED')
})

test('an answer of which the limit of tokens left nothing is an answer', async () => {
  const choice = { index: 0, message: { role: 'assistant', content: '' }, finish_reason: 'length' }
  await start(answering(200, () => JSON.stringify({ choices: [choice] })))
  for (let i = 0; i < 4; i++) expect(await ask()).toMatchObject({ status: 200, provider: 'first' })
  expect(await stateOfFirst()).toBe('CIRCUIT_STATE_CLOSED')
})

test('streams that break off open the circuit, whatever share of failures that takes', async () => {
  const token = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'One' } }] })}\n\n`
  await start(
    ({ url }, response) => {
      if (!isChat(url)) return void response.writeHead(200).end('{"data":[{"id":"gpt-4o"}]}')
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(token)
      setTimeout(() => response.destroy(), 20)
    },
    { breaker: { failures: 3, share: 0.9, cooldown: '1m' } },
  )
  for (let i = 0; i < 3; i++) expect(await ask({ stream: true })).toMatchObject({ provider: 'first' })
  expect(await stateOfFirst()).toBe('CIRCUIT_STATE_OPEN')
})
