import { exitCodes } from './exit-codes.ts'
import type { Terminal } from './terminal/terminal.ts'
import { printable } from './terminal/text-width.ts'

/** Why a command could not be done: what was tried, what happened, and what to try next. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly tried: string
  /** More lines about what happened. */
  readonly details: readonly string[]
  /** What to do now; commands can be pasted. */
  readonly next: readonly string[]
  readonly exitCode: number
  /** HTTP status of a server that refused it. */
  readonly status: number | undefined

  constructor(
    tried: string,
    happened: string,
    options: {
      details?: readonly string[]
      next?: readonly string[]
      exitCode?: number
      status?: number
      cause?: unknown
    } = {},
  ) {
    super(happened, { cause: options.cause })
    this.tried = tried
    this.details = options.details ?? []
    this.next = options.next ?? []
    this.exitCode = options.exitCode ?? exitCodes.failed
    this.status = options.status
  }
}

/** Writes `error` to stderr. */
export function complainOf(error: CliError, terminal: Terminal): void {
  terminal.complain(`${error.tried}: ${printable(error.message)}`)
  for (const line of error.details) terminal.complain(`  ${printable(line)}`)
  if (error.next.length === 0) return
  terminal.complain('')
  terminal.complain('Try next:')
  for (const line of error.next) terminal.complain(`  ${line.replace(/\bakashic (?=[a-z])/, `${terminal.program} `)}`)
}
