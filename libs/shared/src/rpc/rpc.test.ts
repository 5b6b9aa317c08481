import { pino, type Logger } from 'pino'
import { Registry } from 'prom-client'
import { OpsError } from '../errors/index.ts'
import type { Principal } from '../identity/index.ts'
import { echoService, type EchoService } from './echo-service.ts'
import { createRpcClients, createRpcServer, serverStream, unary } from './index.ts'
import type { RpcCall, RpcClients, RpcServer, StreamHandler, UnaryHandler } from './index.ts'

const alice: Principal = { id: 'p1', name: 'Alice', kind: 'person', role: 'operator' }
const silent = pino({ level: 'silent' })

let server: RpcServer
let clients: RpcClients
let metrics: Registry
let address: string

const echo = unary(async ({ text }: { text: string }, call: RpcCall) => ({ text: `${call.principal.name}: ${text}` }))
const count = serverStream(async ({ upto }: { upto: number }, _call, send) => {
  for (let number = 1; number <= upto; number += 1) await send({ number })
})

async function serve(
  handlers: { say?: UnaryHandler; count?: StreamHandler },
  options: { log?: Logger; listen?: string } = {},
): Promise<void> {
  metrics = new Registry()
  server = createRpcServer({
    listen: options.listen ?? '127.0.0.1:0',
    log: options.log ?? silent,
    metrics,
    verifyToken: async (token, audience) => {
      const [name, intended] = token.split('@')
      if (intended !== audience) throw new OpsError('unauthenticated', 'the token is for another service')
      return { ...alice, name: name! }
    },
  })
  server.add(echoService, { say: echo, count, ...handlers })
  address = await server.start()
}

beforeEach(() => {
  clients = createRpcClients({
    addressOf: (name) => (name === 'echo' ? address : undefined),
    signToken: async (principal, audience) => `${principal.name}@${audience}`,
    log: silent,
  })
})

afterEach(async () => {
  await clients.close()
  await server.stop(0)
})

const client = () => clients.client<EchoService>('echo', echoService)
const failure = (call: Promise<unknown>): Promise<OpsError> =>
  call.then(
    () => Promise.reject(new Error('no error')),
    (error: OpsError) => error,
  )

describe('a unary call', () => {
  test('reaches the handler with the caller, its request id and its message', async () => {
    let seen: RpcCall | undefined
    await serve({
      say: unary(async ({ text }: { text: string }, call) => ((seen = call), { text: text.toUpperCase() })),
    })
    expect(await client().say({ text: 'hello' }, { principal: alice, requestId: 'r-1' })).toEqual({ text: 'HELLO' })
    expect(seen).toMatchObject({ principal: { name: 'Alice' }, requestId: 'r-1' })
  })

  test('brings back the OpsError of the handler whole', async () => {
    const fields = [{ pointer: '/text', detail: 'is not "übung"' }]
    const extra = { current: { version: 3, text: 'x'.repeat(20_000) } }
    await serve({
      say: unary(() => Promise.reject(new OpsError('aborted', 'somebody else – changed it', { fields, extra }))),
    })
    const error = await failure(client().say({ text: '' }, { principal: alice }))
    expect(error).toBeInstanceOf(OpsError)
    expect(error).toMatchObject({ code: 'aborted', message: 'somebody else – changed it', fields, extra })
  })

  test('leaves out an extra too large for a trailer, and keeps the code and the fields', async () => {
    const options = { fields: [{ pointer: '/a', detail: 'b' }], extra: { current: 'x'.repeat(100_000) } }
    await serve({ say: unary(() => Promise.reject(new OpsError('aborted', 'changed', options))) })
    const error = await failure(client().say({ text: '' }, { principal: alice }))
    expect(error).toMatchObject({ code: 'aborted', fields: options.fields, extra: {} })
  })

  test('answers an unforeseen error as internal and logs it whole', async () => {
    const lines: string[] = []
    const log = pino({}, { write: (line: string) => void lines.push(line) })
    await serve({ say: unary(() => Promise.reject(new Error('password of db.internal is wrong'))) }, { log })
    const error = await failure(client().say({ text: '' }, { principal: alice, requestId: 'r-9' }))
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
    await serve({
      say: unary((_request: object, call) => {
        aborted = new Promise((resolve) => call.signal.addEventListener('abort', () => resolve()))
        return new Promise<never>(() => {})
      }),
    })
    const error = await failure(client().say({ text: '' }, { principal: alice, deadlineMs: 200 }))
    expect(error).toMatchObject({ code: 'deadline_exceeded' })
    await aborted
  })

  test('ends after five seconds when the caller names no deadline', async () => {
    await serve({ say: unary(() => new Promise<never>(() => {})) })
    const startedAt = performance.now()
    const error = await failure(client().say({ text: '' }, { principal: alice }))
    expect(error.code).toBe('deadline_exceeded')
    expect(performance.now() - startedAt).toBeGreaterThan(4_500)
  })

  test('is cancelled by its signal on both sides', async () => {
    const controller = new AbortController()
    let aborted: Promise<void> | undefined
    await serve({
      say: unary((_request: object, call) => {
        aborted = new Promise((resolve) => call.signal.addEventListener('abort', () => resolve()))
        controller.abort()
        return new Promise<never>(() => {})
      }),
    })
    const error = await failure(client().say({ text: '' }, { principal: alice, signal: controller.signal }))
    expect(error.code).toBe('cancelled')
    await aborted
  })

  test('is refused without a token made for this service', async () => {
    await serve({})
    const strangers = createRpcClients({ addressOf: () => address, signToken: async () => 'Alice@other', log: silent })
    const error = await failure(
      strangers.client<EchoService>('echo', echoService).say({ text: '' }, { principal: alice }),
    )
    expect(error).toMatchObject({ code: 'unauthenticated', message: 'the token is for another service' })
    await strangers.close()
  })

  test('is counted by service, method and code', async () => {
    await serve({})
    await client().say({ text: '' }, { principal: alice })
    expect(await metrics.metrics()).toContain(
      'akashic_rpc_server_duration_seconds_count{rpc_service="akashic.test.v1.EchoService",rpc_method="Say",code="ok"} 1',
    )
  })
})

describe('a service that is away', () => {
  test('is unavailable, in a sentence without its address', async () => {
    await serve({})
    await server.stop(0)
    const error = await failure(client().say({ text: '' }, { principal: alice }))
    expect(error).toMatchObject({ code: 'unavailable', message: 'echo cannot be reached' })
  })

  test('is unavailable when no address is configured', async () => {
    await serve({})
    const error = await failure(
      clients.client<EchoService>('other', echoService).say({ text: '' }, { principal: alice }),
    )
    expect(error).toMatchObject({ code: 'unavailable', message: 'no address of other is configured' })
  })

  test('is found again by the same client once it is back', async () => {
    await serve({})
    await client().say({ text: '' }, { principal: alice })
    await server.stop(0)
    await failure(client().say({ text: '' }, { principal: alice }))
    await serve({}, { listen: address })
    const deadline = Date.now() + 10_000
    for (;;) {
      const answer = await client()
        .say({ text: 'back' }, { principal: alice })
        .catch((error: OpsError) => error)
      if (!(answer instanceof OpsError)) return expect(answer.text).toBe('Alice: back')
      if (Date.now() > deadline) throw answer
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })

  test('says so when its port is taken', async () => {
    await serve({})
    const second = createRpcServer({ listen: address, log: silent, metrics, verifyToken: async () => alice })
    const error = await failure(second.start())
    expect(error.message).toContain(`cannot listen for RPC on ${address}`)
  })
})

describe('a stream', () => {
  test('brings every message in order and then ends', async () => {
    await serve({})
    const numbers: number[] = []
    for await (const { number } of client().count({ upto: 1_000 }, { principal: alice })) numbers.push(number)
    expect(numbers).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1))
  })

  test('brings what was sent before the error, then the error', async () => {
    await serve({
      count: serverStream(async (_request: object, _call, send) => {
        await send({ number: 1 })
        throw new OpsError('resource_exhausted', 'no more', { extra: { limit: 1 } })
      }),
    })
    const numbers: number[] = []
    const read = async (): Promise<void> => {
      for await (const { number } of client().count({ upto: 9 }, { principal: alice })) numbers.push(number)
    }
    expect(await failure(read())).toMatchObject({ code: 'resource_exhausted', extra: { limit: 1 } })
    expect(numbers).toEqual([1])
  })

  test('holds the sender back when the reader is slow', async () => {
    let sent = 0
    const padding = Buffer.alloc(65_536)
    await serve({
      count: serverStream(async ({ upto }: { upto: number }, _call, send) => {
        for (let number = 1; number <= upto; number += 1) {
          await send({ number, padding })
          sent = number
        }
      }),
    })
    const reader = client().count({ upto: 2_000 }, { principal: alice })[Symbol.asyncIterator]()
    await reader.next()
    await settled(() => sent)
    expect(sent).toBeLessThan(500)
    let last = 0
    for (let next = await reader.next(); !next.done; next = await reader.next()) last = next.value.number
    expect(last).toBe(2_000)
  })

  test('tells the sender when the reader leaves', async () => {
    let ended: ((error: OpsError) => void) | undefined
    const end = new Promise<OpsError>((resolve) => (ended = resolve))
    await serve({
      count: serverStream(async (_request: object, _call, send) => {
        try {
          for (let number = 1; ; number += 1) await send({ number })
        } catch (error) {
          ended!(error as OpsError)
          throw error
        }
      }),
    })
    for await (const { number } of client().count({ upto: 0 }, { principal: alice })) if (number === 3) break
    expect((await end).code).toBe('cancelled')
  })

  test('is told to go elsewhere when the server stops', async () => {
    await serve({
      count: serverStream(async (_request: object, call, send) => {
        await send({ number: 1 })
        await new Promise((resolve) => call.signal.addEventListener('abort', resolve))
        throw call.signal.reason
      }),
    })
    const stream = client().count({ upto: 1 }, { principal: alice })[Symbol.asyncIterator]()
    await stream.next()
    const next = failure(stream.next())
    await server.stop(5_000)
    expect(await next).toMatchObject({ code: 'unavailable', message: 'the service is stopping' })
  })
})

/** Waits until `figure` has not moved for a quarter of a second. */
async function settled(figure: () => number): Promise<void> {
  let last = -1
  for (let still = 0; still < 5;) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    still = figure() === last ? still + 1 : 0
    last = figure()
  }
}
