import { lookAt } from '../analyse/remedies.ts'
import type { Finding } from '../finding/finding.ts'
import { databaseFinding } from './database-finding.ts'
import { DatabaseUnreachable, type Engine, type Reached, type Sample, type ServerDocument } from './engine.ts'
import type { Surroundings, TopicOutline } from './engine.ts'
import type { Judged } from './judged.ts'
import type { Unreachable } from './reachability.ts'
import { advise } from './remedies.ts'

export type Status = 'healthy' | 'warning' | 'critical' | 'unknown'

export interface TopicReport extends Judged {
  readonly topic: string
  readonly status: Status
  /** Whether it could be looked at. */
  readonly isRead: boolean
  readonly tookMs: number
}

export interface DatabaseReport {
  readonly database: string
  readonly kind: Engine['kind']
  readonly status: Status
  readonly reachability: { readonly state: string; readonly says: string; readonly code: string }
  /** Null where nothing could be read of it. */
  readonly server: ServerDocument | null
  /** About the database as a whole, where it cannot be reached. */
  readonly findings: readonly Finding[]
  readonly topics: readonly TopicReport[]
}

/** What was seen of a database, and what it had counted then. */
export interface DatabaseLook {
  readonly report: DatabaseReport
  /** Null where it could not be read. */
  readonly sample: Sample | null
}

export interface Reading {
  readonly engine: Engine
  readonly topics: readonly TopicOutline[]
  readonly around: Surroundings
  readonly monotonicMs: () => number
  /** For all of them together, ms. */
  readonly deadlineMs: number
}

/** Reads topics side by side. What one of them lacks, or that one never ends, takes nothing from the others. */
export async function readReport({ deadlineMs, ...reading }: Reading): Promise<DatabaseLook> {
  const { engine, around, topics } = reading
  const expired = deadline(deadlineMs)
  const reaching = engine.reach(around)
  try {
    const reached = await Promise.race([reaching, expired.promise])
    const reports = await Promise.all(topics.map((topic) => reportOn(topic.name, reached, reading, expired.promise)))
    const { server, says } = reached
    const report: DatabaseReport = {
      ...{ database: around.name, kind: engine.kind, status: worst(reports.map(({ status }) => status)), server },
      reachability: { state: 'reachable', says, code: '' },
      ...{ findings: [], topics: reports },
    }
    const sample = reached.readSample(topics.some(({ isHeavy }) => isHeavy))
    return { report, sample: await Promise.race([sample, expired.promise]).catch(() => null) }
  } catch (error) {
    return { report: unreachable(reading, failureOf(error, around)), sample: null }
  } finally {
    expired.cancel()
    void reaching.then(
      (reached) => reached.release(),
      () => undefined,
    )
  }
}

async function reportOn(
  topic: string,
  { report, whyUnread }: Reached,
  { monotonicMs }: Pick<Reading, 'monotonicMs'>,
  expired: Promise<never>,
): Promise<TopicReport> {
  const begun = monotonicMs()
  const judged = await Promise.race([report(topic), expired]).catch((error: unknown): Judged => ({
    ...{ says: '', tables: [], findings: [] },
    unknown: [whyUnread(topic, error)],
  }))
  const tookMs = monotonicMs() - begun
  return { topic, status: statusOf(judged), isRead: judged.tables.length > 0, ...judged, tookMs }
}

const rank: Readonly<Record<Status, number>> = { healthy: 0, unknown: 1, warning: 2, critical: 3 }

/** What is wrong outweighs what is not known. */
export const worst = (states: readonly Status[]): Status =>
  states.reduce((a, b) => (rank[b] > rank[a] ? b : a), 'healthy' as Status)

function statusOf({ findings, unknown }: Judged): Status {
  if (findings.some(({ severity }) => severity === 'critical')) return 'critical'
  if (findings.some(({ severity }) => severity === 'warning')) return 'warning'
  return unknown.length > 0 ? 'unknown' : 'healthy'
}

class DeadlinePassed extends Error {}

function deadline(ms: number) {
  let cancel = (): void => undefined
  const promise = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(() => reject(new DeadlinePassed(`it was not read within ${ms / 1_000} s`)), ms)
    cancel = () => clearTimeout(timer)
  })
  promise.catch(() => undefined)
  return { promise, cancel }
}

function failureOf(error: unknown, { place }: Surroundings): Unreachable {
  if (error instanceof DatabaseUnreachable) return error.failure
  const says = `${place.host}:${place.port} ${error instanceof DeadlinePassed ? 'does not answer in time' : 'refuses a simple question'}`
  return { state: error instanceof DeadlinePassed ? 'hangs' : 'failed', says, code: '' }
}

function unreachable({ engine, around, topics }: Omit<Reading, 'deadlineMs'>, failure: Unreachable): DatabaseReport {
  const unread = topics.map(({ name }): TopicReport => ({
    ...{ topic: name, status: 'unknown', isRead: false, says: '', tables: [], findings: [], tookMs: 0 },
    unknown: [{ what: name, reason: failure.says, howToGet: null }],
  }))
  const { name, place } = around
  const finding = databaseFinding(around, {
    ...{ rule: 'db-unreachable', severity: 'critical', kind: 'Database', object: name, part: '' },
    ...{ reason: failure.state, summary: `${failure.says}.`, because: failure.says },
    evidence: { address: `${place.host}:${place.port}`, 'error code': failure.code || null, error: failure.says },
    remedies: [
      lookAt('Try it from where its users run', engine.trial),
      advise(engine.nextStep(failure.state), 'what keeps it from being used'),
    ],
  })
  const { state, says, code } = failure
  return {
    ...{ database: name, kind: engine.kind, status: 'critical', reachability: { state, says, code }, server: null },
    ...{ findings: [finding], topics: unread },
  }
}
