import { setTimeout } from 'node:timers/promises'
import type { Api } from '../api/api.ts'
import { CliError } from '../cli-error.ts'
import { takePicture, type TakenPicture } from './status-picture.ts'

/** Longest time between two pictures: what is internal changes without a word on the public stream. */
const refreshMs = 5_000
/** Shortest, however much is going on. */
const pauseMs = 500

/** What following brings: a picture, or why there is none just now. */
export type Sight = { readonly taken: TakenPicture } | { readonly lost: string }

/** Takes a picture whenever the status stream tells of a change, and every few seconds anyway, until `signal`. A server
 *  that does not answer is tried again. @throws CliError when the first picture cannot be had. */
export async function* followStatus(api: Api, signal: AbortSignal): AsyncGenerator<Sight> {
  yield { taken: await takePicture(api) }
  const news = new News(api, signal)
  while (!signal.aborted) {
    await news.next(refreshMs)
    if (signal.aborted) return
    yield await look(api)
    await wait(pauseMs, signal)
  }
}

async function look(api: Api): Promise<Sight> {
  try {
    return { taken: await takePicture(api) }
  } catch (error) {
    if (error instanceof CliError) return { lost: error.message }
    throw error
  }
}

/** Tells that something is new, from the public stream; reconnects for as long as it is listened to. */
class News {
  #isWaiting: (() => void) | undefined
  #hasNews = false

  constructor(api: Api, signal: AbortSignal) {
    void this.#listen(api, signal)
  }

  /** Resolves at the next piece of news, or after `timeoutMs`. */
  async next(timeoutMs: number): Promise<void> {
    if (!this.#hasNews) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#isWaiting = resolve
      const enough = new AbortController()
      await Promise.race([promise, wait(timeoutMs, enough.signal)])
      enough.abort()
    }
    this.#hasNews = false
  }

  async #listen(api: Api, signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#tell())
    while (!signal.aborted) {
      try {
        const response = await api.open(
          { path: '/status/stream', needsKey: false, trying: 'Following the status' },
          signal,
        )
        for await (const chunk of response.body!.pipeThrough(new TextDecoderStream(), { signal })) {
          if (/^event: (snapshot|status)/m.test(chunk)) this.#tell()
        }
      } catch {
        this.#tell()
      }
      await wait(refreshMs, signal)
    }
  }

  #tell(): void {
    this.#hasNews = true
    this.#isWaiting?.()
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return setTimeout(ms, undefined, { signal }).catch(() => undefined)
}
