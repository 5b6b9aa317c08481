import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { serverEnvironment } from './create-cluster.ts'
import type { ServerAccount } from './server-account.ts'

export interface ServerProcessOptions {
  readonly postgres: string
  readonly account: ServerAccount
  readonly clusterDir: string
  readonly port: number
  readonly log: Logger
}

export interface ServerProcess {
  readonly pid: number
  /** Why it ended, once it has. */
  readonly ended: Promise<string>
  /** Fast shutdown; immediate shutdown after `deadlineMs`, from which the next start recovers. */
  stop(deadlineMs: number): Promise<void>
}

/** Recovery of a large journal may take its time, but not for ever. */
const readyWithinMs = 120_000

/** Starts a server on the loopback interface alone and waits until it takes connections.
 *  @throws Error with the server's last words when it ends instead. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'lc_messages=C', 'log_line_prefix=']
  const child = spawn(
    options.postgres,
    ['-D', options.clusterDir, '-p', String(options.port), ...settings.flatMap((setting) => ['-c', setting])],
    {
      ...options.account,
      cwd: '/',
      env: serverEnvironment,
      stdio: ['ignore', 'ignore', 'pipe'],
      // Ctrl-C in a terminal goes to the whole group; the server must outlive our draining.
      detached: true,
    },
  )
  const lastWords: string[] = []
  const ended = endOf(child, lastWords)
  await untilReady(child, ended, lastWords, options.log)
  return {
    pid: child.pid!,
    ended,
    stop: async (deadlineMs) => {
      child.kill('SIGINT')
      const stopped = await Promise.race([ended, delay(deadlineMs, null, { ref: false })])
      if (stopped === null) child.kill('SIGQUIT')
      await ended
    },
  }
}

function endOf(child: ChildProcess, lastWords: readonly string[]): Promise<string> {
  // Also where we leave by process.exit; only SIGKILL leaves an orphan, and the next start stops that one.
  const takeAlong = () => child.kill('SIGINT')
  process.once('exit', takeAlong)
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => {
      process.off('exit', takeAlong)
      resolve(`Postgres ended (${signal ?? `code ${code}`}): ${lastWords.join(' / ')}`)
    })
  })
}

async function untilReady(
  child: ChildProcess,
  ended: Promise<string>,
  lastWords: string[],
  log: Logger,
): Promise<void> {
  const ready = new Promise<true>((resolve) => {
    createInterface({ input: child.stderr! }).on('line', (line) => {
      lastWords.push(line)
      if (lastWords.length > 5) lastWords.shift()
      if (line.startsWith('PANIC')) log.error({ line }, 'embedded Postgres')
      else log.debug({ line }, 'embedded Postgres')
      if (line.includes('database system is ready to accept connections')) resolve(true)
    })
  })
  const limit = new AbortController()
  const outcome = await Promise.race([ready, ended, delay(readyWithinMs, 'late', { signal: limit.signal, ref: false })])
  limit.abort()
  if (outcome === true) return
  child.kill('SIGQUIT')
  throw new Error(outcome === 'late' ? `Postgres was not ready after ${readyWithinMs / 1000} s` : outcome)
}
