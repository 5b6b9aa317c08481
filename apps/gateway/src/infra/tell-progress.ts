import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** Something long that runs, as REST shows it. */
export interface LongWork {
  readonly state: string
  readonly progress: unknown
}

export interface Followed<Work extends LongWork> {
  readonly first: Work
  readonly read: () => Promise<Work>
  /** Aborts when the reader goes away. */
  readonly signal: AbortSignal
  /** It has ended by then, or its replica has died and the service ends it. */
  readonly longestMs: number
}

const pollMs = 200

/** Writes each step of something long until it has ended or the reader has left. */
export async function tellProgress<Work extends LongWork>(
  response: ServerResponse,
  { first, read, signal, longestMs }: Followed<Work>,
): Promise<void> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(longestMs)])
  let told = ''
  try {
    for (let now = first; ; now = await read()) {
      if (now.state !== 'running') return void response.write(eventOf('finished', now))
      const { state, progress } = now
      const text = JSON.stringify(progress)
      if (text !== told) response.write(eventOf('progress', { state, progress }))
      told = text
      await sleep(pollMs, undefined, { signal: within })
    }
  } catch {
    // The reader has left, or asks again and is told the error then.
  } finally {
    response.end()
  }
}

const eventOf = (name: string, data: unknown): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
