import { spawn } from 'node:child_process'

const timeoutMs = 15 * 60_000
const keptOutput = 1_000
const packaging = {
  DEBIAN_FRONTEND: 'noninteractive',
  // Tests start their own servers: a package must not start one at installation (invoke-rc.d obeys this).
  RUNLEVEL: '1',
}

/** @throws Error with the end of the program's output when it fails or takes longer than 15 minutes. */
export function runProgram(program: string, args: readonly string[], cwd?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...packaging },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
    })
    let output = ''
    const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-keptOutput))
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`${program} ${args.join(' ')} ended with ${code ?? 'a signal'}: ${output.trim()}`))
    })
  })
}
