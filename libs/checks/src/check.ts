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
  /** Stable, for machines: `refused`, `timeout`, `dns`, `unreachable`, `tls`, `status`, `body`, `slow`, ... */
  readonly code: string
  /** May be shown to anybody: "connection refused", "timed out after 5 s". No address, credential or stack. */
  readonly sentence: string
  /** For operators: the same with addresses and what was answered. Never a credential. */
  readonly detail: string
}

export interface CheckResult {
  readonly outcome: Outcome
  /** Whole duration; null when the target never answered. */
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
  /** Ends the check: its timeout, or the process stopping. */
  readonly signal: AbortSignal
  /** Hosts allowed although their address is link-local or a cloud's metadata service. */
  readonly allowHosts: readonly string[]
  /** Milliseconds from a monotonic clock. */
  readonly monotonicMs: () => number
}

/** One kind of check that is made by going to the target. */
export interface CheckKind<K extends CheckKindName> {
  readonly kind: K
  /** Host that the check goes to, to limit how many go there at once. */
  host(spec: CheckSpecOf<K>): string
  /** Never throws: what goes wrong is part of the result. */
  run(spec: CheckSpecOf<K>, context: CheckContext): Promise<CheckResult>
}
