import { spawn, type ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from '@akashic/testbed'
import type { Home } from './home.ts'

export interface RunOptions {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** By `npm start`, as the README says, instead of by its main file. */
  readonly byNpm?: boolean
}

/** How a process ended, and all that it wrote. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // What a test reads from an answer is checked by the test itself.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any
}

export interface RunningProcess {
  readonly pid: number
  readonly adminUrl: string
  /** What it has written so far. */
  output(): string
  readonly ended: Promise<Ended>
  /** On the listener for metrics and readiness. */
  admin(path: string): Promise<Answer>
  /** Sends `signal` and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ended>
}

export interface Product extends RunningProcess {
  readonly url: string
  /** As anybody on the public port. */
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  /** As the operator who has the admin key. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
}

const workspace = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..')
const mainFile = join(workspace, 'apps', 'standalone', 'src', 'main.ts')
const cliFile = join(workspace, 'apps', 'cli', 'bin', 'akashic.mjs')
const startTimeoutMs = 60_000
const requestTimeoutMs = 10_000

export interface ProcessOptions extends RunOptions {
  /** Where it serves metrics and readiness; the home's unless given. */
  readonly adminPort?: number
  /** The admin key of the installation; the home's unless given. */
  readonly adminKey?: () => Promise<string>
}

/** Starts the product as its users do, and waits until it says that it is ready. The process ends with the tests. */
export function startProduct(home: Home, options: RunOptions = {}): Promise<Product> {
  return startProcess(mainFile, home, options)
}

/** As startProduct, of any of its processes; `file` is below the workspace. */
export async function startProcess(file: string, home: Home, options: ProcessOptions): Promise<Product> {
  const { adminPort = home.adminPort, adminKey: readKey = () => adminKey(home) } = options
  const env = { ...options.env, ADMIN_PORT: String(adminPort) }
  const run = launch(resolve(workspace, file), home, { ...options, env })
  const url = `http://127.0.0.1:${home.port}`
  const adminUrl = `http://127.0.0.1:${adminPort}`
  const product: Product = {
    pid: run.child.pid!,
    ...{ url, adminUrl, output: run.output, ended: run.ended },
    get: (path, headers = {}) => request(url + path, { headers }),
    admin: (path) => request(adminUrl + path, {}),
    call: async (method, path, body, headers = {}) => {
      const authorization = `Bearer ${(await readKey()).trim()}`
      const sent = body === undefined ? {} : { body: JSON.stringify(body) }
      return request(url + path, {
        method,
        headers: { authorization, 'content-type': 'application/json', ...headers },
        ...sent,
      })
    },
    stop: (signal = 'SIGTERM') => {
      run.child.kill(signal)
      return run.ended
    },
  }
  await Promise.race([
    eventually(async () => expect((await product.admin('/readyz')).status).toBe(200), startTimeoutMs),
    run.ended.then(({ stdout, stderr }) => Promise.reject(new Error(`it did not start:\n${stdout}${stderr}`))),
  ])
  return product
}

/** Starts the product and sends `signal` as soon as its log holds `line`. */
export async function stopAtLine(home: Home, line: string, signal: NodeJS.Signals): Promise<Ended> {
  const run = launch(mainFile, home, {})
  await eventually(() => expect(run.output()).toContain(line), startTimeoutMs)
  run.child.kill(signal)
  return run.ended
}

/** Runs the product until it ends by itself. */
export function runToEnd(home: Home, options: RunOptions = {}): Promise<Ended> {
  return launch(mainFile, home, options).ended
}

/** Runs the command line client of this installation's operator. */
export function akashic(home: Home, ...args: string[]): Promise<Ended> {
  return launch(cliFile, home, { args, env: { AKASHIC_URL: `http://127.0.0.1:${home.port}` } }).ended
}

export async function adminKey(home: Home): Promise<string> {
  return (await readFile(join(home.dataDir, 'admin.key'), 'utf8')).trim()
}

/** Every process that a test started and that may still run. */
const running = new Set<ChildProcess>()

/** Kills whatever a test left running; for `afterEach`. */
export async function killAll(): Promise<void> {
  const ends = [...running].map((child) => new Promise((resolve) => child.once('close', resolve)))
  for (const child of running) child.kill('SIGKILL')
  await Promise.all(ends)
}

function launch(file: string, home: Home, { args = [], env = {}, byNpm = false }: RunOptions) {
  const [command, ...first] = byNpm ? ['npm', 'start', '--'] : [process.execPath, file]
  const child = spawn(command, [...first, ...args], {
    cwd: byNpm ? workspace : home.dir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: String(home.port),
      ADMIN_PORT: String(home.adminPort),
      AKASHIC_DATA_DIR: home.dataDir,
      ...(byNpm && { AKASHIC_CONFIG: home.configFile }),
      ...env,
    },
  })
  running.add(child)
  const killWithUs = (): void => void child.kill('SIGKILL')
  process.once('exit', killWithUs)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', (error) => {
      running.delete(child)
      reject(error)
    })
    child.once('close', (code, signal) => {
      running.delete(child)
      process.off('exit', killWithUs)
      resolve({ code, signal, stdout, stderr })
    })
  })
  return { child, ended, output: () => stdout + stderr }
}

async function request(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(requestTimeoutMs), ...init })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== ''
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? (JSON.parse(text) as unknown) : undefined,
  }
}
