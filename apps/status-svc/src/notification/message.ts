/** What a message asks of whoever gets it. PagerDuty acts on it; others show it. */
export type MessageAction = 'trigger' | 'update' | 'acknowledge' | 'resolve'

export type MessageUrgency = 'critical' | 'error' | 'warning' | 'info'

/** A notification as its channel sends it. */
export interface OutgoingMessage {
  /** The same for every attempt: receivers that take an idempotency key get this one. */
  readonly id: string
  /** What it is about, as `incident:<id>`: the dedup key of PagerDuty, the thread of Slack. */
  readonly subject: string
  readonly action: MessageAction
  readonly urgency: MessageUrgency
  /** Type of the notification, as `incident.opened`. */
  readonly type: string
  readonly title: string
  /** Plain text or Markdown, of several lines; may be empty. */
  readonly body: string
  /** Shown as a list under the text. */
  readonly facts: readonly Fact[]
  /** Where it can be read in full. */
  readonly url: string | null
  /** Signed link by which the person who is paged acknowledges; null when it pages nobody. */
  readonly acknowledgeUrl: string | null
  /** Whom it reaches on the channel: a mail address, a Slack user, a phone number; null: whom the channel names. */
  readonly to: string | null
  /** Reference that the channel gave the first message about the subject: its thread; null when there is none. */
  readonly thread: string | null
  /** True when an attempt before may have been delivered although nothing says so. */
  readonly isRepeat: boolean
  readonly createdAtMs: number
}

export interface Fact {
  readonly name: string
  readonly value: string
}

/** What a channel says of a message that it took. */
export interface Receipt {
  /** By which later messages find it, as the `ts` of Slack; null where there is no such thing. */
  readonly reference: string | null
}

/** Sends to one channel. Attempts are bounded by the channel's timeout and by `signal`. */
export interface Sender {
  /** @throws SendError when the message was not taken, or when that cannot be known. */
  send(message: OutgoingMessage, signal: AbortSignal): Promise<Receipt>
}

/** Why a message was not taken. Its text is for operators, and holds no secret of the channel. */
export class SendError extends Error {
  /** False when no later attempt can do better, as with a key that is refused. */
  readonly isRetriable: boolean
  /** How long the receiver asked to be left alone; null when it did not. */
  readonly retryAfterMs: number | null
  /** True when it may have been taken all the same: the connection broke after it was sent. */
  readonly isUncertain: boolean

  constructor(message: string, options: { isRetriable: boolean; retryAfterMs?: number | null; isUncertain?: boolean }) {
    super(message)
    this.name = 'SendError'
    this.isRetriable = options.isRetriable
    this.retryAfterMs = options.retryAfterMs ?? null
    this.isUncertain = options.isUncertain ?? false
  }
}
