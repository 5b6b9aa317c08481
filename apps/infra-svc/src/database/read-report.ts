import type { DatabaseClient } from './database-client.ts'
import { DatabaseUnreachable } from './database-client.ts'
import { databaseFinding } from './database-finding.ts'
import type { Unreachable } from './reachability.ts'
import { advise, lookInto } from './remedies.ts'
import { readOnce } from './read-once.ts'
import { serverFacts } from './session.sql.ts'
import type { AnyTopic, Around, Judged, ServerFacts, TopicName } from './topic.ts'
import { whyUnread } from './unknown.ts'
import type { Finding } from '../finding/finding.ts'

export type Status = 'healthy' | 'warning' | 'critical' | 'unknown'

export interface TopicReport extends Judged {
  readonly topic: TopicName
  readonly status: Status
  /** Whether it could be looked at. */
  readonly isRead: boolean
  readonly tookMs: number
}

export interface DatabaseReport {
  readonly database: string
  readonly status: Status
  readonly reachability: { readonly state: string; readonly says: string; readonly code: string }
  /** Null where nothing could be read of it. */
  readonly server: ServerFacts | null
  /** About the database as a whole, where it cannot be reached. */
  readonly findings: readonly Finding[]
  readonly topics: readonly TopicReport[]
}

export interface Reading {
  readonly client: DatabaseClient
  readonly topics: readonly AnyTopic[]
  readonly around: Around
  readonly monotonicMs: () => number
  /** For all of them together, ms. */
  readonly deadlineMs: number
}

/** Reads topics side by side. What one of them lacks, or that one never ends, takes nothing from the others. */
export async function readReport({
  client,
  topics,
  around,
  monotonicMs,
  deadlineMs,
}: Reading): Promise<DatabaseReport> {
  const expired = deadline(deadlineMs)
  const { together } = client
  const read = readOnce(client.read)
  try {
    const facts = await Promise.race([read<ServerFacts>(serverFacts), expired.promise])
    const server = facts[0]!
    const reportOn = async (topic: AnyTopic): Promise<TopicReport> => {
      const begun = monotonicMs()
      const judged = await Promise.race([
        topic.report({ server, thresholds: around.thresholds, read, together }, around),
        expired.promise,
      ]).catch((error: unknown): Judged => ({
        ...{ says: '', tables: [], findings: [] },
        unknown: [whyUnread(topic.name, error, server)],
      }))
      return {
        topic: topic.name,
        status: statusOf(judged),
        isRead: judged.tables.length > 0,
        ...judged,
        tookMs: monotonicMs() - begun,
      }
    }
    const reports = await Promise.all(topics.map(reportOn))
    return {
      ...{ database: around.name, status: worst(reports.map(({ status }) => status)), server },
      reachability: { state: 'reachable', says: reached(server, around), code: '' },
      ...{ findings: [], topics: reports },
    }
  } catch (error) {
    return unreachable(around, failureOf(error, around), topics)
  } finally {
    expired.cancel()
  }
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

const reached = ({ version, isInRecovery }: ServerFacts, { place }: Around): string =>
  `Postgres ${version.split(' ')[0]} at ${place.host}:${place.port} answers${isInRecovery ? ', as a replica' : ''}`

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

function failureOf(error: unknown, { place }: Around): Unreachable {
  if (error instanceof DatabaseUnreachable) return error.failure
  const says = `${place.host}:${place.port} ${error instanceof DeadlinePassed ? 'does not answer in time' : 'refuses a simple question'}`
  return { state: error instanceof DeadlinePassed ? 'hangs' : 'failed', says, code: '' }
}

function unreachable(around: Around, failure: Unreachable, topics: readonly AnyTopic[]): DatabaseReport {
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
      lookInto(place, 'Try it from where its users run', 'SELECT 1'),
      advise(nextStep(failure), 'what keeps it from being used'),
    ],
  })
  const { state, says, code } = failure
  return {
    ...{ database: name, status: 'critical', reachability: { state, says, code }, server: null },
    ...{ findings: [finding], topics: unread },
  }
}

function nextStep({ state }: Unreachable): string {
  switch (state) {
    case 'name_not_found':
      return 'Correct the host in its address, or mend the name service'
    case 'refused':
      return 'Start the server, or correct the port'
    case 'no_route':
    case 'no_answer':
      return 'Look at firewalls and network policies between, and at whether the machine runs'
    case 'hangs':
      return 'Look at the load and the disks of the server, and at whether it is a Postgres at all'
    case 'tls_failed':
      return 'Compare sslmode with what the server offers, and look at its certificate'
    case 'login_refused':
      return 'Compare user and password with the server, and look at its pg_hba.conf'
    case 'database_missing':
      return 'Correct the name of the database, or create it'
    case 'too_many_connections':
      return 'End idle sessions or make the pools of its users smaller; connect as a superuser, for whom places are kept'
    case 'in_recovery':
      return 'Wait until it has recovered; its log tells how far it is'
    case 'shutting_down':
    case 'broken_off':
    case 'failed':
      return 'Look at the log of the server'
  }
}
