import { systemClock } from '@akashic/shared/clock'
import { runCommand } from '../run-command.ts'
import type { Session } from '../session.ts'
import { terminalOf } from '../terminal/terminal.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

interface Circumstances {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Width of the terminal; without it the output goes to a pipe. */
  readonly columns?: number
  readonly signal?: AbortSignal
  /** Hears everything that is written to stdout, as it is. */
  readonly onWrite?: (text: string) => void
}

/** Runs a command line in this process as a person would, and keeps what it wrote. */
export async function akashic(argv: readonly string[], circumstances: Circumstances = {}): Promise<Ran> {
  const { env = {}, cwd = '/nonexistent', columns, signal = new AbortController().signal, onWrite } = circumstances
  let stdout = ''
  let stderr = ''
  const out = {
    isTTY: columns !== undefined,
    columns,
    write: (text: string) => {
      stdout += text
      onWrite?.(text)
    },
  }
  const session: Session = {
    terminal: terminalOf(out, { write: (text: string) => (stderr += text) }, env),
    env,
    cwd,
    dataDir: env['AKASHIC_DATA_DIR'] ?? '/nonexistent',
    clock: systemClock,
    monotonicMs: () => performance.now(),
    random: Math.random,
    signal,
  }
  const code = await runCommand(argv, session)
  return { code, stdout, stderr }
}
