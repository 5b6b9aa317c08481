export interface SlackMessage {
  readonly ts: string
  /** The `ts` of the message that it answers. */
  readonly thread_ts?: string
  readonly text: string
  readonly blocks: readonly unknown[]
  readonly metadata?: { readonly event_type: string; readonly event_payload: Readonly<Record<string, unknown>> }
}

/** What a message may hold. */
const maxBlocks = 50
const maxSectionCharacters = 3_000
const maxTextCharacters = 40_000

export type Posted = { readonly [Field in keyof Omit<SlackMessage, 'ts'>]?: SlackMessage[Field] | undefined }

/** The messages of one conversation, each with a `ts` of its own. */
export class Conversation {
  readonly id: string
  readonly messages: SlackMessage[] = []
  #lastMicroseconds = 0

  constructor(id: string) {
    this.id = id
  }

  /** @returns the error of what cannot be posted. */
  post({ text = '', blocks = [], thread_ts, metadata }: Posted): SlackMessage | string {
    const error = errorOf({ text, blocks })
    if (error !== undefined) return error
    const message = { ts: this.#nextTs(), text, blocks, ...(thread_ts && { thread_ts }), ...(metadata && { metadata }) }
    this.messages.push(message)
    return message
  }

  /** Newest first, without the answers that are in threads. */
  history(oldest: number): SlackMessage[] {
    return this.messages.filter((each) => each.thread_ts === undefined && Number(each.ts) > oldest).toReversed()
  }

  /** The first message of the thread, whenever it was, then its answers; undefined when there is no such message. */
  replies(ts: string, oldest: number): SlackMessage[] | undefined {
    const root = this.messages.find((each) => each.ts === ts)
    if (!root) return undefined
    return [root, ...this.messages.filter((each) => each.thread_ts === ts && Number(each.ts) > oldest)]
  }

  #nextTs(): string {
    this.#lastMicroseconds = Math.max(this.#lastMicroseconds + 1, Date.now() * 1_000)
    return (this.#lastMicroseconds / 1_000_000).toFixed(6)
  }
}

function errorOf({ text, blocks }: Pick<SlackMessage, 'text' | 'blocks'>): string | undefined {
  if (text === '' && blocks.length === 0) return 'no_text'
  if (text.length > maxTextCharacters) return 'msg_too_long'
  return blocks.length > maxBlocks || blocks.some(isTooLong) ? 'invalid_blocks' : undefined
}

function isTooLong(block: unknown): boolean {
  const { type, text } = block as { type?: string; text?: { text?: string } }
  const characters = text?.text?.length ?? 0
  return type === 'section' && (characters === 0 || characters > maxSectionCharacters)
}
