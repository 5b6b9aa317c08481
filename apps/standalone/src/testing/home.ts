import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, freePort } from '@akashic/testbed'

/** What one installation keeps between its runs: a folder with its configuration and its data, and its ports. */
export interface Home {
  readonly dir: string
  readonly dataDir: string
  /** Where `akashic.yaml` is, when there is one: the working directory of its runs. */
  readonly configFile: string
  readonly port: number
  readonly adminPort: number
  configure(text: string): Promise<void>
  /** Process id of the embedded Postgres; null when it left none. */
  postmasterPid(): Promise<number | null>
  /** Stops an embedded Postgres that a killed run left, and forgets everything. */
  remove(): Promise<void>
}

export async function makeHome(config?: string): Promise<Home> {
  const dir = await mkdtemp(join(tmpdir(), 'akashic-home-'))
  await chmod(dir, 0o711)
  const dataDir = join(dir, 'data')
  await mkdir(dataDir, { mode: 0o711 })
  const home: Home = {
    dir,
    dataDir,
    configFile: join(dir, 'akashic.yaml'),
    port: await freePort(),
    adminPort: await freePort(),
    configure: (text) => writeFile(home.configFile, text),
    postmasterPid: async () => {
      const file = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => null)
      return file === null ? null : Number.parseInt(file, 10)
    },
    remove: async () => {
      const pid = await home.postmasterPid()
      if (pid !== null) await stopPostgres(pid, dataDir)
      await rm(dir, { recursive: true, force: true })
    },
  }
  if (config !== undefined) await home.configure(config)
  return home
}

/** True while the process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function stopPostgres(pid: number, dataDir: string): Promise<void> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  if (!command.includes(dataDir)) return
  process.kill(pid, 'SIGQUIT')
  await eventually(() => expect(isAlive(pid)).toBe(false), 10_000)
}
