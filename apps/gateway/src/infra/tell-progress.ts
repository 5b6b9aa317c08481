import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DiagnosisResource } from './diagnosis-resource.ts'

export interface Followed {
  readonly first: DiagnosisResource
  readonly read: () => Promise<DiagnosisResource>
  /** Aborts when the reader goes away. */
  readonly signal: AbortSignal
}

const pollMs = 200
/** A diagnosis has ended by then, or its replica has died and the service ends it. */
const longestMs = 180_000

/** Writes each step of a diagnosis until it has ended or the reader has left. */
export async function tellProgress(response: ServerResponse, { first, read, signal }: Followed): Promise<void> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(longestMs)])
  let told = ''
  try {
    for (let now = first; ; now = await read()) {
      if (now.state !== 'running') return void response.write(eventOf('finished', now))
      const { state, progress } = now
      if (progress !== told) response.write(eventOf('progress', { state, progress }))
      told = progress
      await sleep(pollMs, undefined, { signal: within })
    }
  } catch {
    // The reader has left, or asks again and is told the error then.
  } finally {
    response.end()
  }
}

const eventOf = (name: string, data: unknown): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
