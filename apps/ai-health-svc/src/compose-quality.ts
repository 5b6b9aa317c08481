import type { Platform } from '@akashic/shared/module'
import type { Transaction } from '@akashic/shared/postgres'
import type { Asking } from './compose-asking.ts'
import type { QualitySummary } from './health/derive-health.ts'
import { unmeasured } from './health/encode-health.ts'
import { createQualityMonitor } from './quality/monitor.ts'
import { isThreshold } from './quality/quality-alerts.ts'
import { summaryOf } from './quality/quality-report.ts'
import { endAlerts, recordJudged, type Verdict } from './quality/record-judged.ts'
import { createScorer } from './quality/scorer.ts'
import { deleteResponses, readFiring, readNewest } from './quality/store.ts'

const maxWaiting = 64
const scoreTimeoutMs = 10_000
const summaryWindow = 100
const prunePortion = 5_000

/** The watch over the quality of answers, and what it does to circuits. */
export function composeQuality(
  { db, clock, monotonicMs }: Platform,
  { ai, providers, log, outbox, circuits, metrics }: Asking,
) {
  const askedOf = (providerName: string, modelId: string) => {
    const provider = providers().find(({ name }) => name === providerName)
    const model = provider?.models.find(({ id }) => id === modelId)
    return provider && model ? { provider, model } : null
  }
  const recordDeps = {
    ...{ db, clock, log, outbox },
    onWorse: (provider: string, model: string) => {
      const asked = askedOf(provider, model)
      if (asked && ai().quality.failover) circuits.openForQuality(asked)
    },
    onTrial: (provider: string, model: string, verdict: Verdict) => {
      const asked = askedOf(provider, model)
      if (asked) circuits.judged(asked, verdict)
    },
  }
  const scorer = createScorer({ maxWaiting, timeoutMs: scoreTimeoutMs, log, monotonicMs })
  const monitor = createQualityMonitor({
    ...{ clock, log, scorer, settings: ai },
    record: (judged) => recordJudged(recordDeps, judged),
    onDropped: metrics.dropped,
  })
  return {
    monitor,
    /** The answers of a model are trusted again. */
    recoveredIn: (tx: Transaction, provider: string, model: string): Promise<void> =>
      endAlerts(recordDeps, tx, { provider, model, isKept: true }),
    summaries: async (): Promise<(provider: string) => QualitySummary> => {
      const firing = (await readFiring(db)).filter(({ provider, model }) => askedOf(provider, model) !== null)
      const names = ['', ...providers().map(({ name }) => name)]
      const summaries = names.map(async (provider) => {
        const { responses } = await readNewest(db, { window: summaryWindow, provider, model: '' })
        const isDrifting = firing.some(
          (each) => (provider === '' || each.provider === provider) && !each.firing.every(isThreshold),
        )
        const { metrics, ...summary } = summaryOf(responses, [])
        const { coherenceScore, errorRate } = metrics
        return [provider, { ...summary, coherenceScore, errorRate, isDrifting }] as const
      })
      const all = new Map(await Promise.all(summaries))
      return (provider) => all.get(provider) ?? unmeasured
    },
    /** Ends the alerts of models that are not configured any more. */
    forgetRemoved: async (): Promise<void> => {
      for (const { provider, model } of await readFiring(db)) {
        if (askedOf(provider, model) === null)
          await db.transaction((tx) => endAlerts(recordDeps, tx, { provider, model, isKept: false }))
      }
    },
    prune: async (nowMs: number): Promise<void> => {
      while ((await deleteResponses(db, nowMs - ai().quality.retention, prunePortion)) === prunePortion);
    },
  }
}
