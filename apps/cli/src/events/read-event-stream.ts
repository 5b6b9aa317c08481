import { setTimeout } from 'node:timers/promises'
import type { Api } from '../api/api.ts'
import { CliError } from '../cli-error.ts'
import type { Session } from '../session.ts'
import type { CloudEvent } from './cloud-event.ts'

/** What a stream brings: an event, or why there is none just now. */
export type Heard = { readonly event: CloudEvent } | { readonly lost: string }

const firstRetryMs = 1_000
const longestRetryMs = 30_000

/** Follows the events of a server until `signal`. A connection that breaks is made again, and goes on where it broke.
 *  @throws CliError when the stream cannot be had at all, or is refused. */
export async function* readEventStream(
  api: Api,
  query: Readonly<Record<string, string | undefined>>,
  { signal, random }: Pick<Session, 'signal' | 'random'>,
): AsyncGenerator<Heard> {
  let lastEventId = ''
  let failures = 0
  while (!signal.aborted) {
    let lost = `the connection to ${api.access.url.origin} broke`
    try {
      const headers: Record<string, string> = lastEventId === '' ? {} : { 'last-event-id': lastEventId }
      const response = await api.open(
        { path: '/api/v1/events', query, headers, trying: 'Following the events' },
        signal,
      )
      for await (const { id, event, data } of messagesOf(response, signal)) {
        failures = 0
        lastEventId = id || lastEventId
        if (event === 'end') lost = reasonIn(data)
        else if (data !== '') yield { event: JSON.parse(data) as CloudEvent }
      }
    } catch (error) {
      if (signal.aborted) return
      if (lastEventId === '' || isRefusal(error)) throw error
    }
    if (signal.aborted) return
    if (failures++ === 0) yield { lost: `${lost}; trying again` }
    const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** failures) * (0.5 + random() / 2)
    await setTimeout(delayMs, undefined, { signal }).catch(() => undefined)
  }
}

/** True when asking again would not help. */
function isRefusal(error: unknown): boolean {
  const status = error instanceof CliError ? (error.status ?? 0) : 0
  return status >= 400 && status < 500 && status !== 429
}

/** What a server says last of why it ends the stream, its sentences without the one on what to do: that is being done. */
const reasonIn = (data: string): string =>
  (JSON.parse(data) as { detail: string }).detail.split('. ')[0]!.replace(/\.$/, '')

interface Message {
  readonly id: string
  readonly event: string
  readonly data: string
}

async function* messagesOf(response: Response, signal: AbortSignal): AsyncGenerator<Message> {
  let rest = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream(), { signal })) {
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop()!
    for (const block of blocks)
      yield { id: fieldOf(block, 'id'), event: fieldOf(block, 'event'), data: fieldOf(block, 'data') }
  }
}

const fieldOf = (block: string, name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? ''
