import { aiEvents, makeEvent } from '@akashic/events'
import type { Clock } from '@akashic/shared/clock'
import type { Outbox, OutgoingEvent } from '@akashic/shared/events'
import type { Database, Transaction } from '@akashic/shared/postgres'
import type { Logger } from 'pino'
import { advanceDrift, initialDrift, resumedDrift, type DriftAlarm } from './drift.ts'
import { isGoodAnswer } from './good-answer.ts'
import type { Judged } from './monitor.ts'
import { alarmingIn, fewestOfModel, isThreshold } from './quality-alerts.ts'
import { summaryOf } from './quality-report.ts'
import { insertResponses, lockDrift, readNewest, saveDrift, type StoredDrift } from './store.ts'

/** What a trial came to; `none` where its answer could not be judged. */
export type Verdict = 'good' | 'bad' | 'none'

export interface RecordDeps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Logger
  readonly outbox: Outbox
  /** Told, once it is written, that the answers of a model got worse. */
  readonly onWorse: (provider: string, model: string) => void
  /** Told of the verdict on a trial. */
  readonly onTrial: (provider: string, model: string, verdict: Verdict) => void
}

/** Writes judged answers and moves the watch for drift on by them, model by model, in the order in which they are written: all
 *  replicas move the same watch.
 *  @returns those of models of which nothing could be written. */
export async function recordJudged(deps: RecordDeps, judged: readonly Judged[]): Promise<readonly Judged[]> {
  const failed: Judged[] = []
  for (const ofModel of Map.groupBy(judged, ({ provider, model }) => `${provider}/${model}`).values()) {
    const { provider, model } = ofModel[0]!
    try {
      const { alarms, written } = await writeModel(deps, provider, model, ofModel)
      if (alarms.length > 0) deps.onWorse(provider, model)
      for (const { scores } of written.filter(({ isTrial }) => isTrial)) {
        deps.onTrial(provider, model, scores === null ? 'none' : isGoodAnswer(scores) ? 'good' : 'bad')
      }
    } catch (error) {
      deps.log.warn({ err: error, provider, model }, 'judged answers of a model could not be written')
      failed.push(...ofModel)
    }
  }
  return failed
}

async function writeModel(
  { db, clock, log, outbox }: RecordDeps,
  provider: string,
  model: string,
  judged: readonly Judged[],
): Promise<{ readonly alarms: readonly DriftAlarm[]; readonly written: readonly Judged[] }> {
  const nowMs = clock.now()
  return db.transaction(async (tx) => {
    const stored = await lockDrift(tx, provider, model, initialDrift(), nowMs)
    const ids = await insertResponses(tx, judged)
    const written = judged.filter(({ id }) => ids.has(id))
    const { next, alarms } = moved(stored, written)
    const passed = await thresholdsPassed(tx, provider, model)
    const firing = [...next.firing, ...passed.map(({ signal }) => signal)]
    await saveDrift(tx, provider, model, { ...next, firing }, nowMs)
    const news = [...alarms, ...passed].filter(({ signal }) => !stored.firing.includes(signal))
    const over = stored.firing.filter((signal) => !firing.includes(signal))
    await outbox.add(tx, [
      ...news.map((alarm) => alertEvent(provider, model, 'firing', alarm, nowMs)),
      ...over.map((signal) => alertEvent(provider, model, 'resolved', { signal, afterResponses: 0 }, nowMs)),
    ])
    for (const { signal, afterResponses } of news) {
      log.warn({ provider, model, signal, afterResponses }, 'the answers of a model got worse')
    }
    return { alarms, written }
  })
}

const thresholdWindow = 100

/** Which thresholds the newest answers of a model passed. */
async function thresholdsPassed(tx: Transaction, provider: string, model: string) {
  const { responses } = await readNewest(tx, { window: thresholdWindow, provider, model })
  if (responses.length < fewestOfModel) return []
  const alarming = alarmingIn(summaryOf(responses, [])).filter(({ type }) => isThreshold(type))
  return alarming.map(({ type }) => ({ signal: type, afterResponses: responses.length }))
}

/** So many answers without an alarm end one, where nothing else did. */
const quietEnough = 200

function moved(stored: StoredDrift, judged: readonly Judged[]) {
  let { state, quiet } = stored
  const alarms: DriftAlarm[] = []
  const firing = new Set<string>(stored.firing.filter((signal) => !isThreshold(signal)))
  for (const { scores } of judged) {
    if (scores === null) continue
    const advanced = advanceDrift(state, scores, firing)
    state = advanced.state
    quiet = advanced.alarms.length > 0 ? 0 : quiet + 1
    alarms.push(...advanced.alarms)
    for (const { signal } of advanced.alarms) firing.add(signal)
    if (quiet >= quietEnough) firing.clear()
  }
  return { next: { state, quiet, firing: [...firing] }, alarms }
}

/** Says that the answers of a model are good again, and begins the watch anew. Where it is kept, its error rate and coherence go on
 *  being those of its newest answers. */
export async function endAlerts(
  { clock, outbox }: Pick<RecordDeps, 'clock' | 'outbox'>,
  tx: Transaction,
  { provider, model, isKept }: { readonly provider: string; readonly model: string; readonly isKept: boolean },
): Promise<void> {
  const nowMs = clock.now()
  const { state: before, firing } = await lockDrift(tx, provider, model, initialDrift(), nowMs)
  const over = isKept ? firing.filter((signal) => !isThreshold(signal)) : firing
  if (over.length === 0) return
  const left = firing.filter((signal) => !over.includes(signal))
  const state = isKept ? resumedDrift(before, over) : initialDrift()
  await saveDrift(tx, provider, model, { state, firing: left, quiet: 0 }, nowMs)
  const ended = over.map((signal) => alertEvent(provider, model, 'resolved', { signal, afterResponses: 0 }, nowMs))
  await outbox.add(tx, ended)
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
