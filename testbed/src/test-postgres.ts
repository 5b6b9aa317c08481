import { chmod, mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '@akashic/shared/postgres'
import { pino } from 'pino'

export interface TestPostgres {
  readonly url: string
  /** Process id of the server, parent of all its backends. */
  readonly pid: number
  /** Stops it and forgets its data. */
  stop(): Promise<void>
}

/** An embedded Postgres of the tests' own, on a temporary folder. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'akashic-test-'))
  await chmod(dataDir, 0o711)
  const server = await startEmbeddedPostgres({ dataDir, log: pino({ level: 'silent' }) })
  return {
    url: server.url,
    pid: await postmasterPid(dataDir),
    stop: async () => {
      await server.stop(5_000)
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function postmasterPid(dataDir: string): Promise<number> {
  const files = await readdir(dataDir, { recursive: true })
  const pidFile = files.find((file) => file.endsWith('postmaster.pid'))
  if (!pidFile) throw new Error('the embedded Postgres left no postmaster.pid')
  return Number((await readFile(join(dataDir, pidFile), 'utf8')).split('\n')[0])
}
