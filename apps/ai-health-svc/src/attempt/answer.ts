import type { Readable } from 'node:stream'

/** Headers of an answer by their lower-case names. */
export type Headers = Readonly<Record<string, string>>

/** An answer that came whole and is of use. */
export interface WholeAnswer {
  readonly kind: 'whole'
  readonly headers: Headers
  readonly body: Buffer
  readonly fields: Readonly<Record<string, unknown>>
}

/** A stream whose first token is here. */
export interface StreamAnswer {
  readonly kind: 'stream'
  readonly headers: Headers
  /** What came until the first token, with it. */
  readonly head: Buffer
  /** The rest as it comes. */
  readonly rest: Readable
  readonly watch: StreamWatch
  /** One event that is larger breaks the stream. */
  readonly maxEventBytes: number
}

/** Reads along in a stream what it says. */
export interface StreamWatch {
  /** Takes the next bytes.
   *  @throws AttemptCut answer_too_large when one event is too large. */
  add(bytes: Buffer): void
  /** True once a token came, or whatever else callers act on. */
  hasToken(): boolean
  isDone(): boolean
  /** An error that the provider told within the stream. */
  error(): unknown
  content(): string
  finishReason(): string | null
  totalTokens(): number | null
}

export type Answer = WholeAnswer | StreamAnswer
