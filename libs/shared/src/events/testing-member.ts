import { spawn } from 'node:child_process'
import { eventually } from '@akashic/testbed'
import { once } from 'node:events'

interface DoomedMember {
  readonly databaseUrl: string
  readonly brokers: readonly string[] | null
  readonly group: string
  readonly topic: string
}

/** For tests: a process of its own that joins a group and hangs on the first event that it is given. */
export async function startDoomedMember(member: DoomedMember): Promise<{ kill(): Promise<void> }> {
  const child = spawn(process.execPath, [new URL('./testing-member.main.ts', import.meta.url).pathname], {
    env: { PATH: process.env.PATH, MEMBER: JSON.stringify(member) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const exited = once(child, 'exit')
  await eventually(() => expect(said).toContain('joined'), 20_000)
  return {
    kill: async () => {
      await eventually(() => expect(said).toContain('given'), 20_000).finally(() => child.kill('SIGKILL'))
      await exited
    },
  }
}
