import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { OpsError } from '../../errors/index.ts'
import { finishMove, locateCluster, majorOf, replaceFolder } from './cluster-folder.ts'
import { createCluster, passwordOf } from './create-cluster.ts'
import { freePort } from './free-port.ts'
import { serverAccount } from './server-account.ts'
import { serverBinaries } from './server-binaries.ts'
import { startServerProcess, type ServerProcess } from './server-process.ts'
import { stopOrphan } from './stop-orphan.ts'

export interface EmbeddedPostgres {
  readonly url: string
  /** Stops the server: at once when `deadlineMs` runs out before it has closed its books. */
  stop(deadlineMs: number): Promise<void>
}

/** Starts the Postgres that npm installed, on a free loopback port, with its cluster in `dataDir` (made at the first
 *  start). The caller holds the folder by `claimDataFolder`. A server that dies is started again on the same port.
 *  @throws OpsError failed_precondition when the folder was made by another major version, or cannot be used. */
export async function startEmbeddedPostgres({
  dataDir,
  log,
}: {
  dataDir: string
  log: Logger
}): Promise<EmbeddedPostgres> {
  const account = await serverAccount()
  const binaries = await serverBinaries(account, log)
  const clusterDir = await locateCluster(dataDir, account, log)
  await finishMove(clusterDir)
  const major = await majorOf(clusterDir)
  if (major !== null && major !== binaries.major) {
    const detail =
      `the database in ${dataDir} was made by Postgres ${major} and this version brings Postgres ${binaries.major}; ` +
      `move it with: npm run data:move -- ${dataDir}`
    throw new OpsError('failed_precondition', detail)
  }
  const password = await passwordOf(dataDir, major !== null)
  if (major === null) {
    await replaceFolder(await createCluster(binaries, account, clusterDir, password), clusterDir)
  }
  await stopOrphan(clusterDir, log)
  const port = await freePort()
  const start = () => startServerProcess({ postgres: binaries.postgres, account, clusterDir, port, log })
  const stop = await keepRunning(start, log)
  return { url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`, stop }
}

/** Starts the server and, until stopped, starts it again whenever it ends.
 *  @returns how to stop it. */
async function keepRunning(
  start: () => Promise<ServerProcess>,
  log: Logger,
): Promise<(deadlineMs: number) => Promise<void>> {
  const stopping = new AbortController()
  let server = await startPatiently(start)

  async function watch(): Promise<void> {
    for (let failures = 0; ;) {
      const startedAt = performance.now()
      const reason = await server.ended
      if (stopping.signal.aborted) return
      failures = performance.now() - startedAt > 60_000 ? 0 : failures + 1
      log.error({ reason }, 'the embedded Postgres ended by itself; starting it again')
      for (let isUp = false; !isUp; failures++) {
        await delay(Math.min(10_000, 50 * 2 ** failures) * (0.5 + Math.random()), undefined, stopping)
        isUp = await start().then(
          (next) => ((server = next), true),
          (error: unknown) => (log.error({ err: error }, 'the embedded Postgres does not start'), false),
        )
      }
      if (stopping.signal.aborted) return
      log.info({ pid: server.pid }, 'the embedded Postgres runs again')
    }
  }
  const watching = watch().catch(() => undefined)

  return async (deadlineMs) => {
    stopping.abort()
    await server.stop(deadlineMs)
    await watching
    // One that was being started meanwhile.
    await server.stop(deadlineMs)
  }
}

/** Backends of a killed server leave a moment after it, and until then its memory is still in use. */
async function startPatiently(start: () => Promise<ServerProcess>): Promise<ServerProcess> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start()
    } catch (error) {
      if (attempt === 20 || !/pre-existing shared memory|could not bind/.test(String(error))) throw error
      await delay(100 + Math.random() * 200)
    }
  }
}
