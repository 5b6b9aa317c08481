import type { FaultName } from './faults.ts'

export interface Call {
  /** By the fake's clock. */
  readonly at: number
  readonly method: string
  readonly path: string
  readonly model: string | undefined
  readonly stream: boolean
  readonly idempotencyKey: string | undefined
  /** The key itself is not kept. */
  readonly authorization: 'right' | 'wrong' | 'missing'
  readonly body: unknown
  /** What went wrong by script. */
  readonly fault?: FaultName
  readonly status?: number
  /** Undefined while it is open. */
  readonly ended?: 'answered' | 'fault' | 'client_left'
  /** How long after it began the client was seen to be gone, in real time. */
  readonly leftAfterMs?: number
}

export type OpenCall = { -readonly [K in keyof Call]: Call[K] }

export interface Counts {
  readonly calls: number
  readonly open: number
  readonly answered: number
  readonly fault: number
  readonly client_left: number
  readonly executed: number
  /** By Idempotency-Key. */
  readonly executions: Readonly<Record<string, number>>
}

/** Every call of late, and counts of all of them. */
export class CallLog {
  readonly #keep: number
  readonly #calls: OpenCall[] = []
  readonly #executions = new Map<string, number>()
  readonly #counts = { calls: 0, answered: 0, fault: 0, client_left: 0, executed: 0 }

  constructor(keep: number) {
    this.#keep = keep
  }

  add(call: OpenCall): void {
    this.#counts.calls++
    this.#calls.push(call)
    if (this.#calls.length >= 2 * this.#keep + 1_000) this.#calls.splice(0, this.#calls.length - this.#keep)
  }

  /** The last word counts: an answer that was written is not one that arrived. */
  end(call: OpenCall, ended: NonNullable<Call['ended']>): void {
    if (call.ended) this.#counts[call.ended]--
    this.#counts[ended]++
    call.ended = ended
  }

  execute(idempotencyKey: string | undefined): void {
    this.#counts.executed++
    if (idempotencyKey === undefined) return
    this.#executions.set(idempotencyKey, this.executions(idempotencyKey) + 1)
  }

  executions(idempotencyKey: string): number {
    return this.#executions.get(idempotencyKey) ?? 0
  }

  calls(): Call[] {
    return this.#calls.slice(Math.max(0, this.#calls.length - this.#keep))
  }

  counts(): Counts {
    const { calls, answered, fault, client_left } = this.#counts
    const open = calls - answered - fault - client_left
    return { ...this.#counts, open, executions: Object.fromEntries(this.#executions) }
  }
}
