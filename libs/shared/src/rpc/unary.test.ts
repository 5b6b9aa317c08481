import { pino } from 'pino'
import { eventually } from '@akashic/testbed'
import { OpsError } from '../errors/index.ts'
import { alice, failureOf, startEcho, type EchoPair } from './echo-pair.ts'
import { echoService, type EchoService } from './echo-service.ts'
import { createRpcClients, unary, type RpcCall } from './index.ts'

const log = pino({ level: 'silent' })

let pair: EchoPair
afterEach(() => pair.close())

describe('a unary call', () => {
  test('reaches the handler with the caller, its request id and its message', async () => {
    let seen: RpcCall | undefined
    pair = await startEcho({
      say: unary(async ({ text }: { text: string }, call) => ((seen = call), { text: text.toUpperCase() })),
    })
    expect(await pair.client.say({ text: 'hello' }, { principal: alice, requestId: 'r-1' })).toEqual({ text: 'HELLO' })
    expect(seen).toMatchObject({ principal: { name: 'Alice' }, requestId: 'r-1' })
  })

  test('brings back the OpsError of the handler whole', async () => {
    const fields = [{ pointer: '/text', detail: 'is not "übung"' }]
    const extra = { current: { version: 3, text: 'x'.repeat(20_000) } }
    pair = await startEcho({
      say: unary(() => Promise.reject(new OpsError('aborted', 'somebody else – changed it', { fields, extra }))),
    })
    const error = await failureOf(pair.client.say({ text: '' }, { principal: alice }))
    expect(error).toBeInstanceOf(OpsError)
    expect(error).toMatchObject({ code: 'aborted', message: 'somebody else – changed it', fields, extra })
  })

  test('leaves out an extra too large for a trailer, and keeps the code and the fields', async () => {
    const options = { fields: [{ pointer: '/a', detail: 'b' }], extra: { current: 'x'.repeat(100_000) } }
    pair = await startEcho({ say: unary(() => Promise.reject(new OpsError('aborted', 'changed', options))) })
    const error = await failureOf(pair.client.say({ text: '' }, { principal: alice }))
    expect(error).toMatchObject({ code: 'aborted', fields: options.fields, extra: {} })
  })

  test('answers an unforeseen error as internal and logs it whole', async () => {
    const lines: string[] = []
    const recording = pino({}, { write: (line: string) => void lines.push(line) })
    pair = await startEcho({
      say: unary(() => Promise.reject(new Error('password of db.internal is wrong'))),
      log: recording,
    })
    const error = await failureOf(pair.client.say({ text: '' }, { principal: alice, requestId: 'r-9' }))
    expect(error).toMatchObject({ code: 'internal', message: 'internal error', extra: {} })
    const line = JSON.parse(lines.find((text) => text.includes('call failed'))!) as {
      requestId: string
      err: { stack: string }
    }
    expect(line.requestId).toBe('r-9')
    expect(line.err.stack).toContain('password of db.internal is wrong')
  })

  test('ends at its deadline although the handler does not, and tells the handler', async () => {
    let aborted: Promise<void> | undefined
    pair = await startEcho({
      say: unary((_request: object, call) => {
        aborted = new Promise((resolve) => call.signal.addEventListener('abort', () => resolve()))
        return new Promise<never>(() => {})
      }),
    })
    const error = await failureOf(pair.client.say({ text: '' }, { principal: alice, deadlineMs: 200 }))
    expect(error).toMatchObject({ code: 'deadline_exceeded' })
    await aborted
  })

  test('ends after five seconds when the caller names no deadline', async () => {
    pair = await startEcho({ say: unary(() => new Promise<never>(() => {})) })
    const startedAt = performance.now()
    const error = await failureOf(pair.client.say({ text: '' }, { principal: alice }))
    expect(error.code).toBe('deadline_exceeded')
    expect(performance.now() - startedAt).toBeGreaterThan(4_500)
  })

  test('is cancelled by its signal on both sides', async () => {
    const controller = new AbortController()
    let aborted: Promise<void> | undefined
    pair = await startEcho({
      say: unary((_request: object, call) => {
        aborted = new Promise((resolve) => call.signal.addEventListener('abort', () => resolve()))
        controller.abort()
        return new Promise<never>(() => {})
      }),
    })
    const error = await failureOf(pair.client.say({ text: '' }, { principal: alice, signal: controller.signal }))
    expect(error.code).toBe('cancelled')
    await aborted
  })

  test('is refused when its token was made for another service', async () => {
    pair = await startEcho({ audience: 'akashic.other.v1.OtherService' })
    const error = await failureOf(pair.client.say({ text: '' }, { principal: alice }))
    expect(error).toMatchObject({ code: 'unauthenticated', message: 'the token is for another service' })
  })

  test('is counted by service, method and code', async () => {
    pair = await startEcho()
    await pair.client.say({ text: '' }, { principal: alice })
    expect(await pair.metrics.metrics()).toContain(
      'akashic_rpc_server_duration_seconds_count{rpc_service="akashic.test.v1.EchoService",rpc_method="Say",code="ok"} 1',
    )
  })
})

describe('a service that is away', () => {
  test('is unavailable, in a sentence without its address', async () => {
    pair = await startEcho()
    await pair.server.stop(0)
    const error = await failureOf(pair.client.say({ text: '' }, { principal: alice }))
    expect(error).toMatchObject({ code: 'unavailable', message: 'echo cannot be reached' })
  })

  test('is unavailable when no address is configured', async () => {
    pair = await startEcho()
    const clients = createRpcClients({ addressOf: () => undefined, signToken: async () => '', log })
    const error = await failureOf(
      clients.client<EchoService>('echo', echoService).say({ text: '' }, { principal: alice }),
    )
    expect(error).toMatchObject({ code: 'unavailable', message: 'no address of echo is configured' })
  })

  test('is found again by the same client once it is back', async () => {
    const first = await startEcho()
    pair = first
    await first.client.say({ text: '' }, { principal: alice })
    await first.server.stop(0)
    await failureOf(first.client.say({ text: '' }, { principal: alice }))
    const second = await startEcho({ listen: first.address })
    const { text } = await eventually(() => first.client.say({ text: 'back' }, { principal: alice }), 10_000)
    expect(text).toBe('Alice: back')
    await second.close()
  })

  test('says so when its port is taken', async () => {
    pair = await startEcho()
    const error = await failureOf(startEcho({ listen: pair.address }))
    expect(error.message).toContain(`cannot listen for RPC on ${pair.address}`)
  })
})
