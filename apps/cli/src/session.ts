import type { Clock } from '@akashic/shared/clock'
import type { Terminal } from './terminal/terminal.ts'

/** Everything that a command gets from outside. */
export interface Session {
  readonly terminal: Terminal
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absolute folder that file names are relative to. */
  readonly cwd: string
  /** Absolute path of the data folder of a server on this machine. */
  readonly dataDir: string
  readonly clock: Clock
  /** Milliseconds from a monotonic clock. */
  readonly monotonicMs: () => number
  /** 0 to 1. */
  readonly random: () => number
  /** Aborts when somebody presses Ctrl-C. */
  readonly signal: AbortSignal
}
