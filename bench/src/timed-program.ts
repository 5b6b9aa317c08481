import { spawn } from 'node:child_process'

export interface Timed {
  readonly stdout: string
  /** Processor time of the program and its threads, user and system. */
  readonly cpuMs: number
}

const lasting = /^(\d+)m([\d.]+)s (\d+)m([\d.]+)s$/

/** Runs a program to its end, and says what processor time it took: as bash adds it up. */
export function timedProgram(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Timed> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', '"$@"; times >&2', 'timed', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
      timeout: 300_000,
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.once('error', reject)
    child.once('close', () => {
      const [, um, us, sm, ss] = lasting.exec(stderr.trimEnd().split('\n').at(-1) ?? '') ?? []
      if (um === undefined) return reject(new Error(`${args[0]} ended without its times: ${stderr.slice(-500)}`))
      const seconds = Number(um) * 60 + Number(us) + Number(sm) * 60 + Number(ss)
      resolve({ stdout, cpuMs: seconds * 1_000 })
    })
  })
}
