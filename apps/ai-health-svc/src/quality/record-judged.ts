import { aiEvents, makeEvent } from '@akashic/events'
import type { Clock } from '@akashic/shared/clock'
import type { Outbox, OutgoingEvent } from '@akashic/shared/events'
import type { Database } from '@akashic/shared/postgres'
import type { Logger } from 'pino'
import { advanceDrift, initialDrift, type DriftAlarm } from './drift.ts'
import { isGoodAnswer } from './good-answer.ts'
import type { Judged } from './monitor.ts'
import { insertResponses, lockDrift, saveDrift, type StoredDrift } from './store.ts'

export interface RecordDeps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Logger
  readonly outbox: Outbox
  /** Told, once it is written, that the answers of a model got worse. */
  readonly onWorse: (provider: string, model: string) => void
  /** Told of the verdict on a trial. */
  readonly onTrial: (provider: string, model: string, isGood: boolean) => void
}

/** Writes judged answers and moves the watch for drift on by them, model by model, in the order in which they are written: all
 *  replicas move the same watch. */
export async function recordJudged(deps: RecordDeps, judged: readonly Judged[]): Promise<void> {
  for (const ofModel of Map.groupBy(judged, ({ provider, model }) => `${provider}/${model}`).values()) {
    const { provider, model } = ofModel[0]!
    const alarms = await writeModel(deps, provider, model, ofModel)
    if (alarms.length > 0) deps.onWorse(provider, model)
    for (const { isTrial, scores } of ofModel) {
      // What could not be judged says nothing; another trial is made.
      if (isTrial && scores !== null) deps.onTrial(provider, model, isGoodAnswer(scores))
    }
  }
}

async function writeModel(
  { db, clock, log, outbox }: RecordDeps,
  provider: string,
  model: string,
  judged: readonly Judged[],
): Promise<readonly DriftAlarm[]> {
  const nowMs = clock.now()
  return db.transaction(async (tx) => {
    const stored = await lockDrift(tx, provider, model, initialDrift(), nowMs)
    const written = await insertResponses(tx, judged)
    const { next, alarms } = moved(
      stored,
      judged.filter(({ id }) => written.has(id)),
    )
    await saveDrift(tx, provider, model, next, nowMs)
    const news = alarms.filter(({ signal }) => !stored.firing.includes(signal))
    const over = stored.firing.filter((signal) => !next.firing.includes(signal))
    await outbox.add(tx, [
      ...news.map((alarm) => alertEvent(provider, model, 'firing', alarm, nowMs)),
      ...over.map((signal) => alertEvent(provider, model, 'resolved', { signal, afterResponses: 0 }, nowMs)),
    ])
    for (const { signal, afterResponses } of news) {
      log.warn({ provider, model, signal, afterResponses }, 'the answers of a model got worse')
    }
    return alarms
  })
}

/** So many answers without an alarm end one, where nothing else did. */
const quietEnough = 200

function moved(stored: StoredDrift, judged: readonly Judged[]) {
  let { state, quiet } = stored
  const alarms: DriftAlarm[] = []
  for (const { scores } of judged) {
    if (scores === null) continue
    const advanced = advanceDrift(state, scores)
    state = advanced.state
    quiet = advanced.alarms.length > 0 ? 0 : quiet + 1
    alarms.push(...advanced.alarms)
  }
  const firing = [...new Set([...stored.firing, ...alarms.map(({ signal }) => signal)])]
  return { next: { state, quiet, firing: quiet >= quietEnough ? [] : firing }, alarms }
}

/** Says that the answers of a model are good again, and begins the watch anew. */
export async function endAlerts(
  { db, clock, outbox }: Pick<RecordDeps, 'db' | 'clock' | 'outbox'>,
  provider: string,
  model: string,
): Promise<void> {
  const nowMs = clock.now()
  await db.transaction(async (tx) => {
    const { firing } = await lockDrift(tx, provider, model, initialDrift(), nowMs)
    if (firing.length === 0) return
    await saveDrift(tx, provider, model, { state: initialDrift(), firing: [], quiet: 0 }, nowMs)
    const ended = firing.map((signal) => alertEvent(provider, model, 'resolved', { signal, afterResponses: 0 }, nowMs))
    await outbox.add(tx, ended)
  })
}

function alertEvent(
  provider: string,
  model: string,
  status: 'firing' | 'resolved',
  { signal, afterResponses }: { readonly signal: string; readonly afterResponses: number },
  nowMs: number,
): OutgoingEvent {
  const data = { provider, model, status, signal, afterResponses, at: new Date(nowMs).toISOString() }
  return makeEvent(aiEvents.quality_alert, { id: `${provider}/${model}` }, data, { nowMs, actor: 'service:ai-health' })
}
