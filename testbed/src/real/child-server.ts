import { spawn } from 'node:child_process'
import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { eventually } from '../eventually.ts'
import { atExit } from './at-exit.ts'

const startTimeoutMs = 60_000
const stopTimeoutMs = 15_000
const keptOutput = 2_000

/** A real server in a process of its own, on loopback; stopped and started as often as a test wants, on one port. */
export interface RealServer {
  readonly host: '127.0.0.1'
  readonly port: number
  start(): Promise<void>
  stop(): Promise<void>
  /** Ends at once, as by a power cut. */
  kill(): Promise<void>
  /** Stands still: connections are accepted by the kernel and nothing answers. */
  pause(): void
  resume(): void
}

export interface ChildServerSpec {
  readonly port: number
  readonly program: string
  readonly args: readonly string[]
  readonly options?: Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'>
  /** Throws until the server can be used; that it listens is enough unless given. */
  readonly isReady?: () => Promise<unknown>
  /** How the server is asked to end; SIGTERM unless given. */
  readonly stopSignal?: NodeJS.Signals
}

/** Starts a program and waits until it is ready.
 *  @throws Error with the end of its output when it ends before, or is not ready within a minute. */
export async function startChildServer(spec: ChildServerSpec): Promise<RealServer> {
  let child: ChildProcess | undefined
  const start = async (): Promise<void> => {
    child = launch(spec)
    try {
      await untilReady(child, spec)
    } catch (error) {
      await stop('SIGKILL')
      throw error
    }
  }
  const stop = async (signal = spec.stopSignal ?? 'SIGTERM'): Promise<void> => {
    if (child) await end(child, signal)
    child = undefined
  }
  await start()
  return {
    host: '127.0.0.1',
    port: spec.port,
    start,
    stop: () => stop(),
    kill: () => stop('SIGKILL'),
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
  }
}

function launch({ program, args, options }: ChildServerSpec): ChildProcess {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const forget = atExit(() => child.kill('SIGKILL'))
  child.once('error', forget)
  child.once('exit', forget)
  return child
}

async function untilReady(child: ChildProcess, { port, isReady }: ChildServerSpec): Promise<void> {
  let output = ''
  const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-keptOutput))
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  const ended = new AbortController()
  child.once('error', (error) => ended.abort(error))
  child.once('exit', (code) => ended.abort(new Error(`${child.spawnfile} ended with ${code ?? 'a signal'}: ${output}`)))
  await Promise.race([
    eventually(isReady ?? (() => isListening(port)), startTimeoutMs),
    once(ended.signal, 'abort').then(() => Promise.reject(ended.signal.reason as Error)),
  ])
}

async function isListening(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
  } finally {
    socket.destroy()
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGCONT')
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs)
  await exited
  clearTimeout(timer)
}
