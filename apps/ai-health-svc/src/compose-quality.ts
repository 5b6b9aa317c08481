import type { Platform } from '@akashic/shared/module'
import type { Asking } from './compose-asking.ts'
import type { QualitySummary } from './health/encode-health.ts'
import { createQualityMonitor } from './quality/monitor.ts'
import type { RecordedResponse } from './quality/quality-report.ts'
import { qualityReport } from './quality/quality-report.ts'
import { endAlerts, recordJudged } from './quality/record-judged.ts'
import { createScorer } from './quality/scorer.ts'
import { deleteResponses, readFiring, readNewest } from './quality/store.ts'

const maxWaiting = 64
const scoreTimeoutMs = 10_000
const summaryWindow = 100
const prunePortion = 5_000

/** The watch over the quality of answers, and what it does to circuits. */
export function composeQuality({ db, clock }: Platform, { ai, providers, log, outbox, circuits, metrics }: Asking) {
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
    onTrial: (provider: string, model: string, isGood: boolean) => {
      const asked = askedOf(provider, model)
      if (asked) circuits.judged(asked, isGood)
    },
  }
  const scorer = createScorer({
    ...{ maxWaiting, timeoutMs: scoreTimeoutMs, log },
    onDropped: () => undefined,
  })
  const monitor = createQualityMonitor({
    ...{ clock, log, scorer, settings: ai },
    record: (judged) => recordJudged(recordDeps, judged),
    onDropped: metrics.dropped,
  })
  return {
    monitor,
    /** The answers of a model are trusted again. */
    recovered: (provider: string, model: string): void =>
      void endAlerts(recordDeps, provider, model).catch((error: unknown) =>
        log.warn({ err: error, provider, model }, 'the end of a quality alert could not be written'),
      ),
    summaries: async (): Promise<(provider: string) => QualitySummary> => {
      const [{ responses }, firing] = await Promise.all([
        readNewest(db, { window: summaryWindow, provider: '', model: '' }),
        readFiring(db),
      ])
      return (provider) => {
        const isOf = (name: string) => provider === '' || name === provider
        return summaryOf(
          responses.filter((each) => isOf(each.provider)),
          firing.some((each) => isOf(each.provider)),
        )
      }
    },
    prune: async (nowMs: number): Promise<void> => {
      while ((await deleteResponses(db, nowMs - ai().quality.retention, prunePortion)) === prunePortion);
    },
  }
}

function summaryOf(responses: readonly RecordedResponse[], isDrifting: boolean): QualitySummary {
  const { overallScore, metrics } = qualityReport(responses, [])
  const { coherenceScore, errorRate } = metrics
  return { responses: responses.length, overallScore, coherenceScore, errorRate, isDrifting }
}
