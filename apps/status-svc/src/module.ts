import { fileURLToPath } from 'node:url'
import { runCheck } from '@akashic/checks'
import type { Config } from '@akashic/config'
import { incidentService, maintenanceService, statusService } from '@akashic/proto'
import type { LiveConfig } from '@akashic/shared/config'
import { OpsError } from '@akashic/shared/errors'
import { createOutbox, createRelay } from '@akashic/shared/events'
import type { Health, Module, Platform } from '@akashic/shared/module'
import { unary } from '@akashic/shared/rpc'
import { createCheckEngine } from './check/engine.ts'
import { createListResponseTimes } from './check/rollup/list-response-times.ts'
import { componentChannel, createComponentDirectory } from './component/directory.ts'
import { syncFromConfig } from './component/sync-from-config.ts'
import { every } from './every.ts'
import { followComponents } from './incident/follow-components.ts'
import { remindOverdue } from './incident/remind.ts'
import { keepMaintenances } from './maintenance/transition.ts'
import { incidentHandlers } from './rpc-incidents.ts'
import { maintenanceHandlers } from './rpc-maintenances.ts'
import { statusHandlers } from './rpc.ts'
import { applyVerdicts } from './status/apply-verdicts.ts'
import { createBoard } from './status/board.ts'
import { expireStale } from './status/expire-stale.ts'
import { createBoardKeeper } from './status/keep-board.ts'
import { recordGap } from './status/record-gap.ts'
import { readToldVersion } from './told/told-version.ts'
import { createPageUptimeKeeper } from './uptime/keep-page-uptime.ts'
import { createPageUptime } from './uptime/page-uptime.ts'
import { readNewestCorrection } from './uptime/store.ts'
import { rollUpDays } from './uptime/roll-up-days.ts'

/** The migrations of this service; the process runs them before `start`. */
export const migrations = { schema: 'status', dir: fileURLToPath(new URL('./migrations', import.meta.url)) }

const tickMs = 1_000
const rollUpEveryMs = 600_000
const relayStopMs = 3_000
const silentDatabaseMs = 10_000

/** Components, their checks, what is known of their state, and for how long. */
export function createStatusModule(config: LiveConfig<Config>, platform: Platform): Module {
  const { db, clock, replicaId, monotonicMs } = platform
  const log = platform.log.child({ module: 'status' })
  const components = createComponentDirectory({ db, log, fileSpecs: () => config.current().components })
  const board = createBoard({ clock, components })
  const keeper = createBoardKeeper({ db, clock, log, replicaId, board })
  const pageUptime = createPageUptime({ db, clock })
  const pageUptimeKeeper = createPageUptimeKeeper({
    board,
    pageUptime,
    monotonicMs,
    newestCorrection: () => readNewestCorrection(db),
  })
  const status = { db, clock, replicaId, components, board }
  const incidents = { db, clock, log, components, outbox: createOutbox('status') }
  const maintenances = { ...incidents, ...status }
  const relay = createRelay({ ...platform, schema: 'status', bus: platform.events, log })
  const engine = createCheckEngine({
    platform: { ...platform, log },
    monotonicMs,
    components,
    settings: () => config.current(),
    runCheck,
    applyVerdicts: (tx, verdicts) => applyVerdicts(status, tx, verdicts),
    recordGap: (tx, gap) => recordGap(status, tx, gap),
  })

  let isStarted = false
  let isSyncDue = true
  let toldVersion = 0
  const stops: (() => void | Promise<void>)[] = []

  const assertStarted = () => {
    if (!isStarted) throw new OpsError('unavailable', 'The status service is starting.')
  }

  platform.rpcServer.add(
    statusService,
    statusHandlers({
      ...status,
      listResponseTimes: createListResponseTimes(components),
      asOfMs: () => keeper.asOfMs(),
      toldVersion: () => toldVersion,
      pageUptime: (overall, nowMs) => pageUptime.windows(overall, nowMs),
      assertStarted,
    }),
  )
  platform.rpcServer.add(incidentService, {
    ...incidentHandlers({ ...incidents, assertStarted }),
    listTruthFindings: unary(async () => {
      throw new OpsError('unavailable', 'What the public is told was not audited yet.')
    }),
  })

  platform.rpcServer.add(maintenanceService, maintenanceHandlers({ ...maintenances, assertStarted }))

  async function sync(): Promise<void> {
    if (!isSyncDue) return
    isSyncDue = false
    try {
      await syncFromConfig({ db, clock }, config.current().components)
      await components.refresh()
    } catch (error) {
      isSyncDue = true
      throw error
    }
  }

  async function tick(nowMs: number): Promise<void> {
    await expireStale(status, nowMs)
    await keeper.tick(nowMs)
    await pageUptimeKeeper.tick(nowMs)
    toldVersion = await readToldVersion(db)
  }

  async function keepIncidents(nowMs: number): Promise<void> {
    await followComponents(incidents)
    await remindOverdue(incidents, nowMs)
  }

  return {
    name: 'status',
    start: async () => {
      await sync()
      await relay.start()
      stops.push(() => relay.stop(relayStopMs))
      const refresh = () =>
        void components
          .refresh()
          .catch((error: unknown) => log.warn({ err: error }, 'the components could not be read'))
      stops.push(await db.listen(componentChannel, refresh, refresh))
      await keeper.start()
      await pageUptimeKeeper.tick(clock.now())
      toldVersion = await readToldVersion(db)
      isStarted = true
      await engine.start()
      stops.push(
        config.onReload(() => {
          isSyncDue = true
          return sync()
        }),
        every({ clock, log }, tickMs, 'keeping the status', tick),
        every({ clock, log }, tickMs, 'keeping the incidents', keepIncidents),
        every({ clock, log }, tickMs, 'keeping the maintenances', (nowMs) => keepMaintenances(maintenances, nowMs)),
        every({ clock, log }, tickMs, 'taking over the configuration', sync),
        every({ clock, log }, rollUpEveryMs, 'rolling up days', (nowMs) =>
          rollUpDays({ db, retentionMs: () => config.current().retention.rollups }, nowMs),
        ),
      )
    },
    stop: async (deadlineMs) => {
      await engine.stop(deadlineMs)
      for (const stop of stops.toReversed()) await stop()
      await keeper.stop()
      board.stop()
    },
    health: (): Health => {
      if (!isStarted) return { state: 'not_serving', reason: 'starting' }
      const silentMs = clock.now() - keeper.asOfMs()
      if (silentMs >= silentDatabaseMs) {
        return { state: 'degraded', reason: `the database has not answered for ${Math.round(silentMs / 1_000)} s` }
      }
      const events = relay.health()
      return events.state === 'serving' ? engine.health() : events
    },
  }
}
