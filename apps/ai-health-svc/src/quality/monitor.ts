import type { AiSettings } from '@akashic/config'
import type { FailureClassName } from '@akashic/proto'
import type { Clock } from '@akashic/shared/clock'
import type { Logger } from 'pino'
import type { ObservedResponse } from './observed-response.ts'
import type { ResponseScores } from './response-scores.ts'
import { createSampler } from './sampler.ts'
import type { Scorer } from './scorer.ts'

/** An answer, or the failure to give one. */
export interface Observation {
  readonly id: string
  readonly provider: string
  readonly model: string
  readonly error: FailureClassName | null
  /** Null with an error. */
  readonly response: ObservedResponse | null
  /** Whether it was the trial of a model that is left alone for quality. */
  readonly isTrial: boolean
}

/** What was found; the texts are forgotten. */
export interface Judged extends Omit<Observation, 'response'> {
  readonly atMs: number
  /** Null where it could not be scored. */
  readonly scores: ResponseScores | null
}

export interface MonitorDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly scorer: Scorer
  readonly settings: () => AiSettings
  /** Writes what was judged, one portion after the other, and gives back what could not be written. */
  readonly record: (judged: readonly Judged[]) => Promise<readonly Judged[]>
  readonly onDropped: (reason: 'sampled_out' | 'busy' | 'not_written') => void
}

const writeEveryMs = 500
const maxUnwritten = 2_000

/** Takes answers as they come, has them scored off the path of requests, and writes what was found in portions. It drops, with
 *  a count, what it cannot keep up with. */
export function createQualityMonitor({ clock, log, scorer, settings, record, onDropped }: MonitorDeps) {
  const isSampled = createSampler(clock, () => settings().quality.sampledPerSecond)
  let unwritten: Judged[] = []
  let writing = Promise.resolve()
  const scoring = new Set<Promise<void>>()

  async function judge({ response, ...observed }: Observation, atMs: number): Promise<void> {
    const scores = response === null ? null : await scorer.score(response, { isUrgent: observed.isTrial })
    if (response !== null && scores === null) onDropped('busy')
    if (unwritten.length >= maxUnwritten) return onDropped('not_written')
    unwritten.push({ ...observed, atMs, scores })
  }

  async function writeAll(): Promise<void> {
    if (unwritten.length === 0) return
    const portion = unwritten
    unwritten = []
    const failed = await record(portion)
    if (failed.length === 0) return
    log.warn({ responses: failed.length }, 'judged answers could not be written; they are tried again')
    unwritten = [...failed, ...unwritten].slice(0, maxUnwritten)
  }

  const write = (): Promise<void> => (writing = writing.then(writeAll))

  return {
    writeEveryMs,
    /** Returns at once. Trials are always looked at, as somebody waits for the verdict, and what was told of by its name. */
    observe: (observation: Observation, how: { readonly isSampled: boolean } = { isSampled: true }): void => {
      if (how.isSampled && !observation.isTrial && !isSampled()) return onDropped('sampled_out')
      const judging = judge(observation, clock.now()).finally(() => scoring.delete(judging))
      scoring.add(judging)
    },
    tick: write,
    stop: async (): Promise<void> => {
      await scorer.stop()
      await Promise.allSettled(scoring)
      await write()
    },
  }
}

export type QualityMonitor = ReturnType<typeof createQualityMonitor>
