import type { ChannelOf } from '@akashic/config'
import { SendError } from '../message.ts'
import type { OutgoingMessage, Sender } from '../message.ts'
import type { SenderDeps } from './sender-deps.ts'
import { refusalOf, slackApi } from './slack-api.ts'
import type { SlackApi, SlackAnswer } from './slack-api.ts'
import { slackText } from './slack-text.ts'

const eventType = 'akashic_notification'
/** What Slack's clock may be behind ours. */
const skewMs = 60_000
const rateLimits: ReadonlySet<unknown> = new Set(['ratelimited', 'rate_limited'])

/** The Web API: one thread for each subject, the first message of which is its reference. A repeat is looked for before it
 *  is sent again. */
export function slackSender(spec: ChannelOf<'slack'>, deps: SenderDeps): Sender {
  const api = slackApi(spec, deps)
  /** Ids of conversations by how they were named: only ids can be looked into. */
  const ids = new Map<string, string>()

  const post = async (message: OutgoingMessage, place: string, signal: AbortSignal): Promise<string> => {
    const answer = await api.post('chat.postMessage', bodyOf(message, place), signal)
    if (!answer.ok) throw refusalOf(api, answer)
    const { channel, ts } = answer.said
    if (typeof channel === 'string') ids.set(place, channel)
    if (typeof ts !== 'string') throw api.notUnderstood()
    return ts
  }

  return {
    async send(message, signal) {
      const place = message.to ?? spec.channel
      const known = message.isRepeat ? await findSent(api, message, ids.get(place) ?? place, signal) : null
      const ts = known ?? (await post(message, place, signal))
      return { reference: message.thread ?? ts }
    },
  }
}

function bodyOf(message: OutgoingMessage, channel: string): object {
  return {
    channel,
    ...slackText(message),
    ...(message.thread !== null && { thread_ts: message.thread }),
    metadata: { event_type: eventType, event_payload: { id: message.id } },
  }
}

/** The `ts` of the message when an attempt before was delivered; null when it was not, or when Slack does not let us look.
 *  @throws SendError when a later look may tell. */
async function findSent(
  api: SlackApi,
  { id, thread, createdAtMs }: OutgoingMessage,
  channel: string,
  signal: AbortSignal,
): Promise<string | null> {
  const [method, where] = thread === null ? ['conversations.history', {}] : ['conversations.replies', { ts: thread }]
  const oldest = ((createdAtMs - skewMs) / 1_000).toFixed(6)
  const query = { channel, ...where, oldest, include_all_metadata: 'true', limit: '100' }
  try {
    const answer = await api.get(method, query, signal)
    if (answer.ok) return tsOf(answer.said, id)
    if (rateLimits.has(answer.said['error'])) throw refusalOf(api, answer)
  } catch (error) {
    if (!(error instanceof SendError) || error.isRetriable) throw stillUncertain(error)
  }
  // What Slack refuses to tell it will refuse again, and the message matters more than a repeat of it.
  return null
}

function stillUncertain(error: unknown): unknown {
  if (!(error instanceof SendError)) return error
  const { message, isRetriable, retryAfterMs } = error
  return new SendError(message, { isRetriable, retryAfterMs, isUncertain: true })
}

interface SlackMessage {
  readonly ts?: unknown
  readonly metadata?: { readonly event_type?: unknown; readonly event_payload?: { readonly id?: unknown } }
}

function tsOf({ messages }: SlackAnswer['said'], id: string): string | null {
  const list = Array.isArray(messages) ? (messages as (SlackMessage | null)[]) : []
  const found = list.find((each) => each?.metadata?.event_type === eventType && each.metadata.event_payload?.id === id)
  return typeof found?.ts === 'string' ? found.ts : null
}
