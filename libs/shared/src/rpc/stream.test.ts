import { setTimeout as pause } from 'node:timers/promises'
import { OpsError } from '../errors/index.ts'
import { alice, failureOf, startEcho, type EchoPair } from './echo-pair.ts'
import { serverStream } from './index.ts'

let pair: EchoPair
afterEach(() => pair.close())

describe('a stream', () => {
  test('brings every message in order and then ends', async () => {
    pair = await startEcho()
    const numbers: number[] = []
    for await (const { number } of pair.client.count({ upto: 1_000 }, { principal: alice })) numbers.push(number)
    expect(numbers).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1))
  })

  test('brings what was sent before the error, then the error', async () => {
    pair = await startEcho({
      count: serverStream(async (_request: object, _call, send) => {
        await send({ number: 1 })
        throw new OpsError('resource_exhausted', 'no more', { extra: { limit: 1 } })
      }),
    })
    const numbers: number[] = []
    const read = async (): Promise<void> => {
      for await (const { number } of pair.client.count({ upto: 9 }, { principal: alice })) numbers.push(number)
    }
    expect(await failureOf(read())).toMatchObject({ code: 'resource_exhausted', extra: { limit: 1 } })
    expect(numbers).toEqual([1])
  })

  test('holds the sender back when the reader is slow', async () => {
    let sent = 0
    const padding = Buffer.alloc(65_536)
    pair = await startEcho({
      count: serverStream(async ({ upto }: { upto: number }, _call, send) => {
        for (let number = 1; number <= upto; number += 1) {
          await send({ number, padding })
          sent = number
        }
      }),
    })
    const reader = pair.client.count({ upto: 2_000 }, { principal: alice })[Symbol.asyncIterator]()
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
    pair = await startEcho({
      count: serverStream(async (_request: object, _call, send) => {
        try {
          for (let number = 1; ; number += 1) await send({ number })
        } catch (error) {
          ended!(error as OpsError)
          throw error
        }
      }),
    })
    for await (const { number } of pair.client.count({ upto: 0 }, { principal: alice })) if (number === 3) break
    expect((await end).code).toBe('cancelled')
  })

  test('ends on both sides when a message cannot be written', async () => {
    let sending: Promise<void> | undefined
    pair = await startEcho({
      count: serverStream((_request: object, _call, send) => {
        const broken = {
          get number(): number {
            throw new Error('boom')
          },
        }
        sending = send(broken).then(() => send(broken))
        return sending
      }),
    })
    const read = async (): Promise<void> => {
      for await (const message of pair.client.count({ upto: 1 }, { principal: alice })) expect(message).toBeUndefined()
    }
    expect(await failureOf(read())).toMatchObject({ code: 'internal' })
    await expect(sending).rejects.toThrow()
  })

  test('is told to go elsewhere when the server stops', async () => {
    pair = await startEcho({
      count: serverStream(async (_request: object, call, send) => {
        await send({ number: 1 })
        await new Promise((resolve) => call.signal.addEventListener('abort', resolve))
        throw call.signal.reason
      }),
    })
    const stream = pair.client.count({ upto: 1 }, { principal: alice })[Symbol.asyncIterator]()
    await stream.next()
    const next = failureOf(stream.next())
    await pair.server.stop(5_000)
    expect(await next).toMatchObject({ code: 'unavailable', message: 'the service is stopping' })
  })
})

/** Waits until `figure` has not moved for a quarter of a second. */
async function settled(figure: () => number): Promise<void> {
  let last = -1
  for (let still = 0; still < 5;) {
    await pause(50)
    still = figure() === last ? still + 1 : 0
    last = figure()
  }
}
