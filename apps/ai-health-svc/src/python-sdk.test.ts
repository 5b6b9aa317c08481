import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describeReal, pythonFolder, pythonOpenai, testDatabase, type TestDatabase } from '@akashic/testbed'
import { failureCases, faultsOfCallers } from './failure-cases.ts'
import { aProvider, chatsOf, startAiHealth, startPair, testKey, type AiHealthService } from './service-harness.ts'

/** The proxy as the Python SDK sees it, one process for all calls. */
describeReal('python-openai', () => {
  let database: TestDatabase
  let pair: Awaited<ReturnType<typeof startPair>>
  let service: AiHealthService
  let python: ChildProcess
  let answers: AsyncIterator<string>

  beforeAll(async () => {
    database = await testDatabase()
    python = spawn('python3', [join(import.meta.dirname, 'python-sdk.py')], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], PYTHONPATH: pythonFolder(pythonOpenai) },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    answers = createInterface({ input: python.stdout! })[Symbol.asyncIterator]()
  })
  beforeEach(async () => {
    pair = await startPair(database)
    const models = ['gpt-4o', { id: 'embed-3', endpoints: ['embeddings' as const] }]
    const first = aProvider('first', pair.first, { priority: 1, models })
    service = await startAiHealth({ providers: [first, aProvider('backup', pair.backup)] }, { database })
  })
  afterEach(async () => {
    await service.close()
    await pair.stop()
  })
  afterAll(async () => {
    python.kill()
    await database.close()
  })

  async function call(asked: { readonly call: string; readonly key?: string }): Promise<Record<string, unknown>> {
    python.stdin!.write(`${JSON.stringify({ key: testKey, base_url: service.proxyUrl(), ...asked })}\n`)
    const { value } = await answers.next()
    return JSON.parse(String(value)) as Record<string, unknown>
  }
  const chats = () => [chatsOf(pair.first).length, chatsOf(pair.backup).length]

  test('it completes, streams, embeds and lists', async () => {
    const told = ['first', '1', 'first_choice']
    expect(await call({ call: 'chat' })).toEqual({ text: 'From the first.', told })
    expect(await call({ call: 'stream' })).toEqual({ text: 'From the first.' })
    expect(await call({ call: 'embed' })).toEqual({ length: expect.any(Number) as number })
    expect(await call({ call: 'models' })).toEqual({ ids: ['embed-3', 'gpt-4o'] })
    expect(chats()).toEqual([2, 0])
  }, 60_000)

  test.each(failureCases)(
    '%j costs %i calls of the first choice and one of the backup',
    async (fault, calls, reason) => {
      pair.first.script(fault, { path: 'chat' })
      const told = ['backup', String(calls + 1), reason]
      expect(await call({ call: 'chat' })).toEqual({ text: 'From the backup.', told })
      expect(chats()).toEqual([calls, 1])
    },
    60_000,
  )

  test.each(faultsOfCallers)(
    'the fault of the caller (%s) is the exception that it is without us',
    async (fault) => {
      pair.first.script(fault, { path: 'chat' })
      const code = fault === 'bad_request' ? null : fault
      const raised = { raised: 'BadRequestError', status: 400, type: 'invalid_request_error', code }
      expect(await call({ call: 'chat' })).toMatchObject(raised)
      expect(chats()).toEqual([1, 0])
    },
    60_000,
  )

  test('an unknown key is an exception of its own', async () => {
    const raised = { raised: 'AuthenticationError', status: 401, code: 'invalid_api_key' }
    expect(await call({ call: 'chat', key: 'vk-unknown-0123456789' })).toMatchObject(raised)
    expect(chats()).toEqual([0, 0])
  }, 60_000)

  test('when every provider cools down it is told when to come again', async () => {
    for (const fake of [pair.first, pair.backup]) {
      fake.script({ name: 'rate_limit', retryAfter: { seconds: 30 } }, { path: 'chat' })
    }
    const refused = await call({ call: 'chat' })
    expect(refused).toMatchObject({ raised: 'RateLimitError', status: 429 })
    expect(Number(refused['retry_after'])).toBeGreaterThan(20)
    expect(chats()).toEqual([1, 1])
  }, 60_000)

  test('when every provider is overloaded it is told so, and when to come again', async () => {
    for (const fake of [pair.first, pair.backup]) {
      fake.script({ name: 'server_is_overloaded', retryAfter: { seconds: 30 } }, { path: 'chat' })
    }
    const raised = { raised: 'InternalServerError', status: 503, code: 'overloaded', retry_after: '30' }
    expect(await call({ call: 'chat' })).toMatchObject(raised)
    expect(chats()).toEqual([1, 1])
  }, 60_000)

  test('a stream that fails before its first token is asked elsewhere, and nothing of it is seen', async () => {
    pair.first.script({ name: 'cut_stream', afterTokens: 0 }, { path: 'chat' })
    expect(await call({ call: 'stream' })).toEqual({ text: 'From the backup.' })
    expect(chats()).toEqual([2, 1])
  }, 60_000)

  test('a stream that breaks off after its first token is an exception, and is not begun again', async () => {
    pair.first.script('cut_stream', { path: 'chat' })
    expect(await call({ call: 'stream' })).toMatchObject({ raised: 'APIError' })
    expect(chats()).toEqual([1, 0])
  }, 60_000)
})
