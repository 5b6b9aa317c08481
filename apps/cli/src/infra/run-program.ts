import { spawn } from 'node:child_process'

/** How a program ended, and what it wrote. */
export interface Ran {
  /** null: it was ended for taking too long, or by a signal. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** There is no such program. */
  readonly isMissing: boolean
  readonly isLate: boolean
}

export interface RunProgramOptions {
  readonly deadlineMs: number
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
  /** Its standard input. */
  readonly input?: string
}

const mostBytes = 4_194_304

/** Runs a program to its end, or until its deadline. Output beyond 4 MiB is dropped. */
export function runProgram(
  program: string,
  args: readonly string[],
  { deadlineMs, env, cwd, input = '' }: RunProgramOptions,
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] })
    child.stdin.on('error', () => undefined).end(input)
    const written = { stdout: '', stderr: '' }
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      child.kill('SIGKILL')
    }, deadlineMs)
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].on('data', (chunk: Buffer) => {
        if (written[stream].length < mostBytes) written[stream] += chunk.toString()
      })
    }
    const end = (code: number | null, isMissing: boolean): void => {
      clearTimeout(timer)
      resolve({ code, ...written, isMissing, isLate })
    }
    child.once('error', (error: NodeJS.ErrnoException) => end(null, error.code === 'ENOENT'))
    child.once('close', (code) => end(code, false))
  })
}
