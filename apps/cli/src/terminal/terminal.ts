import { paintFor, type Paint } from './paint.ts'

/** Where a command writes. */
export interface Terminal {
  readonly paint: Paint
  /** What to type to run this program, for commands to paste. */
  readonly program: string
  /** Width to fit lines into; infinite when the output goes to a file or a pipe. */
  readonly columns: number
  /** True when somebody looks on: only then anything is redrawn. */
  readonly isInteractive: boolean
  /** Writes a line of the answer. */
  print(line?: string): void
  /** Writes a line to stderr. */
  complain(line: string): void
  /** Writes text as it is. */
  write(text: string): void
}

interface Sink {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** How the command is run, by what npm says of it; commands to paste begin like that. */
const programs: Readonly<Record<string, string>> = { akashic: 'npm run -s akashic --', npx: 'npx akashic' }

/** The terminal of a process: colours and widths only where somebody looks on, and no colours with NO_COLOR. */
export function terminalOf(stdout: Sink, stderr: Sink, env: Readonly<Record<string, string | undefined>>): Terminal {
  const isInteractive = stdout.isTTY === true && env['TERM'] !== 'dumb'
  return {
    program: programs[env['npm_lifecycle_event'] ?? ''] ?? 'akashic',
    paint: paintFor(isInteractive && !env['NO_COLOR']),
    get columns() {
      return isInteractive ? (stdout.columns ?? 80) : Number.POSITIVE_INFINITY
    },
    isInteractive,
    print: (line = '') => void stdout.write(`${line}\n`),
    complain: (line) => void stderr.write(`${line}\n`),
    write: (text) => void stdout.write(text),
  }
}
