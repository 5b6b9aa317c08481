import type { ChannelOf } from '@akashic/config'
import { SendError } from '../message.ts'
import type { HttpAnswer } from './exchange.ts'
import { ask, postJson, recordOf, spokenCode } from './post-json.ts'
import { retryAfterMs } from './retry-after.ts'
import type { SenderDeps } from './sender-deps.ts'

/** A hundred messages, with their blocks. */
const maxHistoryBytes = 1_048_576

/** What a later attempt may do better; everything else needs somebody to change the channel, its token or the message, and
 *  must not hold up the messages behind it. */
const passingErrors: ReadonlySet<string> = new Set([
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
])

/** An answer of a method: what it says, and whether it did what was asked. */
export interface SlackAnswer {
  readonly ok: boolean
  readonly said: Readonly<Record<string, unknown>>
  readonly retryAfterMs: number | null
}

export interface SlackApi {
  readonly host: string
  readonly secrets: readonly string[]
  /** @throws SendError when there is no answer, or none of Slack's. */
  post(method: string, body: object, signal: AbortSignal): Promise<SlackAnswer>
  /** An answer that is none of Slack's counts as a refusal.
   *  @throws SendError when there is no answer. */
  get(method: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<SlackAnswer>
  /** The error of an answer that is none of Slack's: whether the message was taken is not known. */
  notUnderstood(): SendError
}

/** Methods of the Web API, called with the channel's token. */
export function slackApi({ apiUrl, token }: ChannelOf<'slack'>, { outbound, clock }: SenderDeps): SlackApi {
  const base = apiUrl.replace(/\/+$/, '')
  const { host } = new URL(base)
  const secrets = [token]
  const terms = { outbound, clock, secrets }
  const headers = { authorization: `Bearer ${token}` }
  const notUnderstood = (): SendError =>
    new SendError(`${host} gave an answer that is none of Slack's`, { isRetriable: true, isUncertain: true })
  const read = (answer: HttpAnswer): SlackAnswer | undefined => {
    const said = recordOf(answer.text)
    if (typeof said?.['ok'] !== 'boolean') return undefined
    return { ok: said['ok'], said, retryAfterMs: retryAfterMs(answer.headers['retry-after'], clock.now()) }
  }
  return {
    host,
    secrets,
    notUnderstood,
    async post(method, body, signal) {
      const url = `${base}/${method}`
      const answer = read(await postJson(terms, { url, headers, body: JSON.stringify(body) }, signal))
      if (!answer) throw notUnderstood()
      return answer
    },
    async get(method, query, signal) {
      const url = new URL(`${base}/${method}?${new URLSearchParams(query).toString()}`)
      const answer = await ask(terms, { url, method: 'GET', headers, maxAnswerBytes: maxHistoryBytes }, signal)
      return read(answer) ?? { ok: false, said: {}, retryAfterMs: null }
    },
  }
}

/** The error of an answer that says `ok: false`. */
export function refusalOf({ host, secrets }: SlackApi, { said, retryAfterMs }: SlackAnswer): SendError {
  const code = typeof said['error'] === 'string' ? said['error'] : ''
  const spoken = spokenCode(JSON.stringify({ error: code }), secrets)
  return new SendError(`${host} refused the message: ${spoken || 'no reason given'}`, {
    isRetriable: passingErrors.has(code),
    retryAfterMs,
  })
}
