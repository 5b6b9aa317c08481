import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Logger } from 'pino'
import { OpsError } from '../../errors/index.ts'

const run = promisify(execFile)

/** Stops a server that an earlier, killed process of ours left running on this cluster, and removes a stale pid file.
 *  The caller holds the data folder, so whatever runs there is nobody's.
 *  @throws OpsError failed_precondition when it cannot be stopped. */
export async function stopOrphan(clusterDir: string, log: Logger): Promise<void> {
  const pidFile = join(clusterDir, 'postmaster.pid')
  const pid = await readFile(pidFile, 'utf8').then(
    (text) => Number.parseInt(text, 10),
    () => null,
  )
  if (pid === null) return
  if (Number.isNaN(pid) || !(await isServerOf(pid, clusterDir))) {
    await rm(pidFile, { force: true })
    log.info({ clusterDir }, 'removed the pid file of a Postgres that no longer runs')
    return
  }
  log.warn({ pid }, 'an earlier run was killed and left its Postgres running: stopping it')
  // Fast shutdown first; then immediate, from which the next start recovers.
  for (const [signal, withinMs] of [
    ['SIGINT', 10_000],
    ['SIGQUIT', 5_000],
  ] as const) {
    process.kill(pid, signal)
    const deadline = performance.now() + withinMs
    while (performance.now() < deadline) {
      if (!(await isServerOf(pid, clusterDir))) return
      await delay(20)
    }
  }
  throw new OpsError('failed_precondition', `a Postgres (pid ${pid}) already runs on ${clusterDir} and does not stop`)
}

/** True when `pid` is alive and is a Postgres started on this folder, and not whoever got its number since. */
async function isServerOf(pid: number, clusterDir: string): Promise<boolean> {
  const args = await (process.platform === 'linux' ? argumentsFromProc(pid) : argumentsFromPs(pid)).catch(() => '')
  return args.includes('postgres') && args.includes(clusterDir)
}

async function argumentsFromProc(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ')
}

async function argumentsFromPs(pid: number): Promise<string> {
  return (await run('ps', ['-o', 'args=', '-p', String(pid)])).stdout
}
