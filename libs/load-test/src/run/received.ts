/** What came of a request. Instants are of `performance.now()`. */
export interface Received {
  /** 0: there was no answer. */
  readonly status: number
  /** Why there was none: `timeout`, `aborted`, `cut_short` by the end of its scenario, a code such as ECONNREFUSED, or `refused` for a target that is not allowed. */
  readonly error: string | null
  readonly startedAt: number
  /** When the request was on its way; the connection was there by then. */
  readonly sentAt: number
  readonly firstByteAt: number
  readonly endedAt: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Empty unless it was to be kept. */
  readonly body: string
  /** Of the bodies. */
  readonly sentBytes: number
  readonly receivedBytes: number
}

export const noHeaders: Received['headers'] = Object.freeze({})

/** What came of a request that was never sent. */
export const unanswered = (error: string, at: number): Received => ({
  ...{ status: 0, error, startedAt: at, sentAt: at, firstByteAt: at, endedAt: at },
  ...{ headers: noHeaders, body: '', sentBytes: 0, receivedBytes: 0 },
})
