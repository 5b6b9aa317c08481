import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@akashic/testbed'

const root = join(import.meta.dirname, '..', '..')

export interface Product {
  readonly url: string
  readonly adminUrl: string
  readonly pid: number
  readonly adminKey: string
  readonly dataDir: string
  stop(): Promise<void>
}

export interface ProductOptions {
  /** Content of akashic.yaml. */
  readonly config: string
  /** An initialised data folder to start on; a fresh one otherwise, removed at the end. */
  readonly dataDir?: string
  /** Variables of the environment besides. */
  readonly env?: Readonly<Record<string, string>>
}

/** Starts the standalone product in a process of its own and waits until it says that it is ready. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const scratch = await mkdtemp(join(tmpdir(), 'akashic-bench-'))
  const dataDir = options.dataDir ?? join(scratch, 'data')
  const configFile = join(scratch, 'akashic.yaml')
  await writeFile(configFile, options.config)
  const [port, adminPort] = [await freePort(), await freePort()]
  const env = { PORT: String(port), AKASHIC_CONFIG: configFile, AKASHIC_DATA_DIR: dataDir, ...options.env }
  const started = await startReady('apps/standalone/src/main.ts', { scratch, adminPort, env })
  const adminKey = (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim()
  return { ...started, url: `http://127.0.0.1:${port}`, dataDir, adminKey }
}

export interface Started {
  readonly adminUrl: string
  readonly pid: number
  stop(): Promise<void>
}

/** Starts a script of ours in the folder `scratch`, which is removed with its end, and waits until it says that it is ready. */
export async function startReady(
  script: string,
  { scratch, adminPort, env }: { scratch: string; adminPort: number; env: Readonly<Record<string, string>> },
): Promise<Started> {
  const child = startScript(script, [], {
    cwd: scratch,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ADMIN_PORT: String(adminPort), ...env },
  })
  const stop = async () => {
    await stopChild(child)
    await rm(scratch, { recursive: true, force: true })
  }
  const adminUrl = `http://127.0.0.1:${adminPort}`
  try {
    await untilReady(adminUrl, child)
  } catch (error) {
    await stop()
    throw error
  }
  return { adminUrl, pid: child.pid!, stop }
}

/** How long a child may take to end by itself. */
const drainMs = 15_000

/** Ends a child by SIGTERM and waits for it; by SIGKILL when it takes too long. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const timeout = setTimeout(() => child.kill('SIGKILL'), drainMs)
  child.kill('SIGTERM')
  await ended
  clearTimeout(timeout)
}

/** Starts a script of this repository that is told to end when the benchmark does, however that comes about. */
export function startScript(script: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(process.execPath, [join(root, script), ...args], options)
  const kill = () => child.kill('SIGTERM')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  return child
}

/** Runs one of the scripts in bench/src/floor in a process of its own; it prints its port as its first line. */
export async function startFloor(script: string, input: object = {}): Promise<{ port: number; child: ChildProcess }> {
  const child = startScript(join('bench/src/floor', script), [JSON.stringify(input)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout!.once('data', (line: Buffer) => resolve(Number(line.toString())))
    child.once('exit', (code) => reject(new Error(`${script} ended with code ${code}`)))
  })
  return { port, child }
}

/** Asks the admin listener until the process is ready. @throws when it ended, or was not ready within 60 s */
export async function untilReady(adminUrl: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + 60_000
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the product ended with code ${child.exitCode}`)
    const isReady = await fetch(`${adminUrl}/readyz`).then(
      (response) => response.ok,
      () => false,
    )
    if (isReady) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('the product was not ready within 60 s')
}
