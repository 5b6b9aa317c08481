import type { CheckKindName, CheckSpecOf } from '@akashic/config'

/** How a check ended. `unknown`: it could not be made, which says nothing of the target. */
export type Outcome = 'operational' | 'degraded' | 'outage' | 'unknown'

/** Where the time went, in milliseconds, each from its own timer; absent when the phase did not happen. */
export interface Timings {
  readonly dnsMs?: number
  readonly connectMs?: number
  readonly tlsMs?: number
  readonly firstByteMs?: number
}

export interface CheckFailure {
  /** Stable, for machines: `refused`, `timeout`, `dns`, `unreachable`, `reset`, `tls`, `certificate`, `status`, `body`,
   *  `credentials`, `answer`, `slow`, `late`, `missed`, `reported`, `forbidden`, `cancelled`, `local`. */
  readonly code: string
  /** May be shown to anybody: "connection refused", "timed out after 5 s". No address, credential or stack. */
  readonly sentence: string
  /** For operators: the same with addresses and what was answered. Never a credential. */
  readonly detail: string
}

export interface CheckResult {
  readonly outcome: Outcome
  /** Whole duration (of the statement alone for postgres and redis); null when the target never answered. */
  readonly latencyMs: number | null
  readonly timings: Timings
  readonly failure?: CheckFailure
  /** True when nothing came back from the target at all (refused, timed out, unreachable, name not resolved):
   *  the kind of failure that a blind checker would see too. */
  readonly neverAnswered: boolean
  /** Address that was spoken to, to tell whether two targets are related. */
  readonly remoteAddress?: string
}

export interface CheckContext {
  /** Ends the check early, as when the process stops; its timeout is applied by `runCheck`. */
  readonly signal: AbortSignal
  /** Hosts allowed although their address is link-local or a cloud's metadata service. */
  readonly allowHosts: readonly string[]
  /** Milliseconds from a monotonic clock. */
  readonly monotonicMs: () => number
  /** The present instant in milliseconds since the epoch, to judge certificates by. */
  readonly now: () => number
}

/** What a running check has seen so far, so that a timeout can still tell how far it came. */
export interface Trace {
  dnsMs?: number
  connectMs?: number
  tlsMs?: number
  firstByteMs?: number
  remoteAddress?: string
  /** Something came back from the target. */
  hasAnswered: boolean
}

/** One run of one check: the context, its own deadline, and where it writes what it sees. */
export interface Attempt extends CheckContext {
  readonly trace: Trace
}

/** What a kind makes of the target's answer. */
export interface Judgement {
  readonly outcome: Outcome
  readonly failure?: CheckFailure
  /** Given when the whole duration is not what the target should be judged by. */
  readonly latencyMs?: number
}

/** One kind of check that is made by going to the target. */
export interface CheckKind<K extends CheckKindName> {
  readonly kind: K
  /** Host that the check goes to, to limit how many go there at once. */
  host(spec: CheckSpecOf<K>): string
  /** Where it goes, for people; without credentials. */
  describe(spec: CheckSpecOf<K>): string
  /** Loads its driver, which must not count as the target's time. */
  load?(): Promise<unknown>
  /** Judges the answer. What keeps an answer from coming is thrown, and judged by `failureOf`; once `attempt.signal`
   *  fires it lets go of every connection. */
  run(spec: CheckSpecOf<K>, attempt: Attempt): Promise<Judgement>
}

export const operational: Judgement = { outcome: 'operational' }
