import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { migrate } from '../migrations/index.ts'
import type { Close } from '../lifecycle/index.ts'
import type { ModuleToRun } from './run-process.ts'

const retryMs = 5_000

/** Brings the schema of every module up to date. */
export async function migrateModules(
  url: string,
  modules: readonly Pick<ModuleToRun, 'migrations'>[],
  log: Logger,
): Promise<void> {
  for (const { migrations } of modules) await migrate(url, { ...migrations, log })
}

/** Tries until the database is back.
 *  @returns how to stop trying. */
export function migrateWhenBack(url: string, modules: readonly Pick<ModuleToRun, 'migrations'>[], log: Logger): Close {
  const stopping = new AbortController()
  const trying = (async () => {
    while (!stopping.signal.aborted) {
      await delay(retryMs * (0.5 + Math.random()), undefined, stopping)
      const isDone = await migrateModules(url, modules, log).then(
        () => true,
        (error: unknown) => {
          log.debug({ err: error }, 'the database is still away')
          return false
        },
      )
      if (isDone) return log.info('the database is back')
    }
  })().catch(() => undefined)
  return async () => {
    stopping.abort()
    await trying
  }
}
