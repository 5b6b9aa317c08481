import { fileURLToPath } from 'node:url'
import { runCheck } from '@akashic/checks'
import type { Config } from '@akashic/config'
import { topics } from '@akashic/events'
import { alertService, incidentService, maintenanceService, statusService } from '@akashic/proto'
import type { LiveConfig } from '@akashic/shared/config'
import { OpsError } from '@akashic/shared/errors'
import { createOutbox, createRelay, type Subscription } from '@akashic/shared/events'
import type { Health, Module, Platform } from '@akashic/shared/module'
import { pruneAlerts } from './alert/prune-alerts.ts'
import { createCheckEngine } from './check/engine.ts'
import { createListResponseTimes } from './check/rollup/list-response-times.ts'
import { componentChannel, createComponentDirectory } from './component/directory.ts'
import { syncFromConfig } from './component/sync-from-config.ts'
import { composeAlerting } from './compose-alerting.ts'
import { composeTelling } from './compose-telling.ts'
import { every } from '@akashic/shared/lifecycle'
import { attachDiagnosis } from './incident/attach-diagnosis.ts'
import { followComponents } from './incident/follow-components.ts'
import { remindOverdue } from './incident/remind.ts'
import { keepMaintenances } from './maintenance/transition.ts'
import { createPolicyKeeper } from './policy/keep-policies.ts'
import { createPolicyMetrics } from './policy/policy-metrics.ts'
import { alertHandlers } from './rpc-alerts.ts'
import { incidentHandlers } from './rpc-incidents.ts'
import { maintenanceHandlers } from './rpc-maintenances.ts'
import { truthHandlers } from './rpc-truth.ts'
import { statusHandlers } from './rpc.ts'
import { subscribeToDiagnoses } from './subscriptions.ts'
import { applyVerdicts } from './status/apply-verdicts.ts'
import { createBoard } from './status/board.ts'
import { expireStale } from './status/expire-stale.ts'
import { createBoardKeeper } from './status/keep-board.ts'
import { readPaused } from './status/ledger.ts'
import { recordGap } from './status/record-gap.ts'
import { readToldVersion } from './told/told-version.ts'
import { createTruthAuditor } from './truth/audit.ts'
import { pruneFindings } from './truth/prune-findings.ts'
import { createTruthMetrics } from './truth/truth-metrics.ts'
import { createPageUptimeKeeper } from './uptime/keep-page-uptime.ts'
import { createPageUptime } from './uptime/page-uptime.ts'
import { readNewestCorrection } from './uptime/store.ts'
import { rollUpDays } from './uptime/roll-up-days.ts'

/** The migrations of this service; the process runs them before `start`. */
export const migrations = { schema: 'status', dir: fileURLToPath(new URL('./migrations', import.meta.url)) }

const tickMs = 1_000
const rollUpEveryMs = 600_000
const relayStopMs = 3_000
const subscribeEveryMs = 2_000
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
  const outbox = createOutbox('status')
  const status = { db, clock, replicaId, components, board, outbox }
  const incidents = { db, clock, log, components, outbox }
  const maintenances = { ...incidents, ...status }
  const policies = createPolicyKeeper({
    ...incidents,
    board,
    policies: () => config.current().incidents.policies,
    metrics: createPolicyMetrics(platform.metrics),
  })
  const truth = createTruthAuditor({
    ...incidents,
    ...{ board, replicaId, asOfMs: () => keeper.asOfMs() },
    metrics: createTruthMetrics(platform.metrics, clock),
  })
  const kept = { db, retentionMs: () => config.current().retention.rollups }
  const relay = createRelay({ ...platform, schema: 'status', bus: platform.events, topics, log })
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
    ...truthHandlers({ db, assertStarted }),
  })

  platform.rpcServer.add(maintenanceService, maintenanceHandlers({ ...maintenances, assertStarted }))
  platform.rpcServer.add(
    alertService,
    alertHandlers({ ...incidents, alerting: () => config.current().alerts, assertStarted }),
  )
  const alerting = composeAlerting(config, platform, incidents)
  const telling = composeTelling(config, platform, { ...incidents, board, assertStarted })

  async function sync(): Promise<void> {
    if (!isSyncDue) return
    isSyncDue = false
    try {
      await syncFromConfig({ db, clock, outbox }, config.current().components)
      await components.refresh()
    } catch (error) {
      isSyncDue = true
      throw error
    }
  }

  let diagnoses: Subscription | undefined

  /** Nobody diagnoses while no cluster runs a component: until then nothing of the event log is held. */
  async function hearDiagnoses(): Promise<void> {
    if (diagnoses || !components.shown().some(({ spec }) => spec.targets?.kubernetes)) return
    diagnoses = await subscribeToDiagnoses(platform.events, (found) => attachDiagnosis(incidents, found))
  }

  async function tick(nowMs: number): Promise<void> {
    await expireStale(status, nowMs)
    await keeper.tick(nowMs)
    await pageUptimeKeeper.tick(nowMs)
    toldVersion = await readToldVersion(db)
  }

  async function keepUpkeep(nowMs: number): Promise<void> {
    await keepMaintenances(maintenances, nowMs)
    engine.pause(await readPaused(db))
  }

  async function keepIncidents(nowMs: number): Promise<void> {
    await policies.tick(nowMs, await followComponents(incidents, policies.reaction))
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
      await policies.start()
      stops.push(() => policies.stop())
      await pageUptimeKeeper.tick(clock.now())
      toldVersion = await readToldVersion(db)
      isStarted = true
      await keepUpkeep(clock.now())
      await engine.start()
      await telling.start()
      stops.push(() => telling.stop())
      alerting.start()
      stops.push(() => alerting.stop(relayStopMs))
      stops.push(() => diagnoses?.stop(relayStopMs))
      stops.push(
        config.onReload(() => {
          isSyncDue = true
          return sync()
        }),
        every({ clock, log }, tickMs, 'keeping the status', tick),
        every({ clock, log }, tickMs, 'keeping the incidents', keepIncidents),
        every({ clock, log }, tickMs, 'reminding of what is overdue', (nowMs) => remindOverdue(incidents, nowMs)),
        every({ clock, log }, tickMs, 'keeping the maintenances', keepUpkeep),
        every({ clock, log }, tickMs, 'auditing what the public is told', (nowMs) => truth.tick(nowMs)),
        every({ clock, log }, tickMs, 'taking over the configuration', sync),
        every({ clock, log }, subscribeEveryMs, 'listening to diagnoses', hearDiagnoses),
        every({ clock, log }, rollUpEveryMs, 'rolling up days', (nowMs) => rollUpDays(kept, nowMs)),
        every({ clock, log }, rollUpEveryMs, 'removing old alerts', (nowMs) => pruneAlerts(kept, nowMs)),
        every({ clock, log }, rollUpEveryMs, 'removing old findings', (nowMs) => pruneFindings(kept, nowMs)),
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
