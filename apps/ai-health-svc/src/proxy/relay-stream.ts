import type { ServerResponse } from 'node:http'
import type { Clock, Timer } from '@akashic/shared/clock'
import type { StreamAnswer } from '../attempt/answer.ts'
import { errorOf } from '../attempt/attempt.ts'
import { AttemptCut, classifyThrow } from '../upstream/classify-throw.ts'
import type { Failure } from '../failure/failure.ts'

/** How a stream ended: whole, by a failure of the provider, or because the caller left. */
export type StreamEnd =
  { readonly kind: 'whole' } | { readonly kind: 'failed'; readonly failure: Failure } | { readonly kind: 'caller_left' }

/** A caller that reads nothing for so long is given up, as it holds a connection to the provider. */
const longestStallMs = 60_000

/** Passes a stream on as it comes, no faster than the caller reads. One that breaks off is never asked again: its caller is told
 *  by an error event, as providers do it. */
export function relayStream(clock: Clock, answer: StreamAnswer, response: ServerResponse): Promise<StreamEnd> {
  const { head, rest, watch, maxEventBytes } = answer
  const events = new WholeEvents(maxEventBytes)
  return new Promise((resolve) => {
    let isOver = false
    let stalled: Timer | undefined
    const end = (how: StreamEnd) => {
      if (isOver) return
      isOver = true
      stalled?.cancel()
      rest.off('data', pass)
      if (how.kind !== 'whole') rest.destroy()
      resolve(how)
    }
    const fail = (failure: Failure, isTold: boolean) => {
      if (isOver) return
      if (!isTold) response.write(errorEvent(failure))
      response.end()
      end({ kind: 'failed', failure })
    }
    const pass = (chunk: Buffer) => {
      try {
        watch.add(chunk)
      } catch (error) {
        return fail(classifyThrow(error, true), false)
      }
      const told = watch.error()
      if (told !== undefined && errorOf(told).code === 'broken_event') return fail(errorOf(told), false)
      passOn(chunk)
    }
    // What comes behind its last event is of no use, be it an end that is not orderly.
    const done = (last: Buffer) => {
      response.end(Buffer.concat([last, events.rest()]))
      end({ kind: 'whole' })
      rest.resume()
    }
    const passOn = (chunk: Buffer) => {
      let whole: Buffer
      try {
        whole = events.add(chunk)
      } catch (error) {
        return fail(classifyThrow(error, true), false)
      }
      if (watch.isDone()) return done(whole)
      if (response.write(whole)) return
      rest.pause()
      stalled?.cancel()
      stalled = clock.after(longestStallMs, () => response.destroy())
    }
    rest.on('error', (error) => fail(classifyThrow(error, true), false))
    rest.on('data', pass)
    rest.on('end', () => {
      if (isOver) return
      const told = watch.error()
      response.write(events.rest())
      if (told !== undefined) return fail(errorOf(told), true)
      if (!watch.isDone() && watch.finishReason() === null) return fail(cutShort, false)
      response.end()
      end({ kind: 'whole' })
    })
    response.on('drain', () => {
      stalled?.cancel()
      rest.resume()
    })
    response.on('close', () => end({ kind: 'caller_left' }))
    passOn(head)
    if (response.destroyed) end({ kind: 'caller_left' })
  })
}

/** Holds back an event of which only a part is here: it is of no use to the caller, and what is told of a break must not be
 *  read as its end. */
class WholeEvents {
  readonly #maxBytes: number
  #part: Buffer = Buffer.alloc(0)

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** @returns what is whole now.
   *  @throws AttemptCut answer_too_large when one event is too large. */
  add(chunk: Buffer): Buffer {
    const all = this.#part.length === 0 ? chunk : Buffer.concat([this.#part, chunk])
    const end = Math.max(endOf(all, '\n\n'), endOf(all, '\n\r\n'), endOf(all, '\r\r'))
    this.#part = all.subarray(end)
    if (this.#part.length > this.#maxBytes) throw new AttemptCut('answer_too_large')
    return all.subarray(0, end)
  }

  rest(): Buffer {
    return this.#part
  }
}

/** Behind the last `mark`; 0 where there is none. */
function endOf(bytes: Buffer, mark: string): number {
  const at = bytes.lastIndexOf(mark)
  return at === -1 ? 0 : at + mark.length
}

const cutShort: Failure = {
  class: 'invalid_response',
  message: 'its stream ended before its answer did',
  code: 'cut_stream',
  status: 200,
  retryAfterMs: null,
}

function errorEvent({ class: code }: Failure): string {
  const message = 'The provider broke off its answer. It was not asked again, since part of it had been sent.'
  return `data: ${JSON.stringify({ error: { message, type: 'server_error', param: null, code } })}\n\n`
}
