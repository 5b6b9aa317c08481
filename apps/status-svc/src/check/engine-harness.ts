import type { CheckContext, CheckResult } from '@akashic/checks'
import { componentSchema, type CheckSpec, type ComponentInput } from '@akashic/config'
import type { FakeClock } from '@akashic/shared/clock'
import { migrate } from '@akashic/shared/migrations'
import { OpsError } from '@akashic/shared/errors'
import type { Queue } from '@akashic/shared/queue'
import { sql, type Database, type Sql, type Transaction } from '@akashic/shared/postgres'
import { testDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import type { ComponentDirectory, ComponentRecord } from '../component/component.ts'
import type { CheckingGap, CheckVerdict } from '../status/check-verdict.ts'
import { createCheckEngine, type CheckEngine, type CheckEngineDeps, type EngineSettings } from './engine.ts'

/** For tests: a database with the service's tables, on a real Postgres. */
export async function statusDatabase() {
  const database = await testDatabase()
  const log = pino({ level: 'silent' })
  await migrate(database.url, { schema: 'status', dir: new URL('../migrations', import.meta.url).pathname, log })
  return database
}

/** For tests: components that can be changed at will, known to the database by their numbers. */
export class TestDirectory implements ComponentDirectory {
  readonly #listeners = new Set<() => void>()
  #records: readonly ComponentRecord[] = []

  readonly current = () => this.#records
  readonly shown = () => this.#records
  readonly get = (id: string) => this.#records.find((record) => record.id === id)
  readonly onChange = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async define(db: Database, inputs: readonly ComponentInput[], createdAtMs: number): Promise<void> {
    const specs = inputs.map((input) => componentSchema.parse(input))
    const ids = specs.map((spec) => spec.id)
    await db.query(sql`
      INSERT INTO status.component (id, owned_by_file, position, definition, has_secrets, created_at, updated_at)
      SELECT id, true, 0, '{}', false, now(), now()
        FROM unnest(${ids}::text[]) AS id
      ON CONFLICT DO NOTHING`)
    const rows = await db.query<{ id: string; num: number }>(sql`SELECT id, num FROM status.component`)
    const nums = new Map(rows.map((row) => [row.id, row.num]))
    this.#records = specs.map((spec, position) => ({
      id: spec.id,
      num: nums.get(spec.id)!,
      version: 1,
      spec,
      position,
      createdAtMs,
    }))
    for (const listener of this.#listeners) listener()
  }
}

/** For tests: what a check finds. A target is `up`, `refuses`, is `silent` until the check times out, or answers `bad`. */
export type Behaviour = 'up' | 'refuses' | 'silent' | 'bad'

/** For tests: targets by host name, behind a network that can be cut, on the fake clock. */
export class ScriptedWorld {
  readonly clock: FakeClock
  readonly runs: { host: string; atMs: number }[] = []
  isCut = false
  readonly #behaviours = new Map<string, Behaviour>()

  constructor(clock: FakeClock) {
    this.clock = clock
  }

  set(host: string, behaviour: Behaviour): void {
    this.#behaviours.set(host, behaviour)
  }

  readonly runCheck = (spec: CheckSpec, _context: CheckContext): Promise<CheckResult> => {
    const host = 'host' in spec ? spec.host : spec.kind
    this.runs.push({ host, atMs: this.clock.now() })
    const behaviour = this.isCut ? 'silent' : (this.#behaviours.get(host) ?? 'up')
    const delayMs = behaviour === 'silent' ? spec.timeout : 5
    return new Promise((resolve) => this.clock.after(delayMs, () => resolve(resultOf(behaviour, host))))
  }
}

function resultOf(behaviour: Behaviour, host: string): CheckResult {
  const answer = { latencyMs: 5, timings: { connectMs: 2 }, remoteAddress: `address of ${host}`, neverAnswered: false }
  const silence = { latencyMs: null, timings: {}, neverAnswered: true }
  const failure = (code: string, sentence: string) => ({ failure: { code, sentence, detail: `${host}: ${sentence}` } })
  if (behaviour === 'up') return { outcome: 'operational', ...answer }
  if (behaviour === 'bad') return { outcome: 'degraded', ...answer, ...failure('status', 'answered 500') }
  if (behaviour === 'refuses') return { outcome: 'outage', ...silence, ...failure('refused', 'connection refused') }
  return { outcome: 'outage', ...silence, ...failure('timeout', 'timed out after 5 s') }
}

/** For tests: a queue that only keeps what it was given. */
export class TestQueue implements Queue {
  readonly handlers = new Map<string, Parameters<Queue['work']>[1]>()
  readonly schedules = new Map<string, string>()
  readonly define = async () => undefined
  readonly send = async () => 'job'
  readonly start = async () => undefined
  readonly stop = async () => undefined

  async work(queue: string, handler: Parameters<Queue['work']>[1]): Promise<void> {
    this.handlers.set(queue, handler)
  }

  async schedule(queue: string, cron: string): Promise<void> {
    this.schedules.set(queue, cron)
  }
}

/** For tests: an engine on a real database whose verdicts and gaps are kept in lists. */
export interface TestEngine {
  readonly engine: CheckEngine
  readonly verdicts: CheckVerdict[]
  readonly gaps: CheckingGap[]
  readonly metrics: Registry
  readonly settings: { current: EngineSettings }
}

export function testEngine(
  given: Pick<CheckEngineDeps, 'components' | 'runCheck' | 'monotonicMs'> &
    Partial<Pick<CheckEngineDeps, 'leaseMs' | 'applyVerdicts' | 'recordGap'>> & {
      db: Database
      replicaId?: string
    } & Pick<CheckEngineDeps['platform'], 'clock'>,
): TestEngine {
  const { db, clock, replicaId = 'replica-1', ...deps } = given
  const verdicts: CheckVerdict[] = []
  const gaps: CheckingGap[] = []
  const metrics = new Registry()
  const settings: { current: EngineSettings } = {
    current: {
      checks: { maxConcurrent: 256, maxPerHost: 16 },
      vision: { canaries: [] },
      retention: { results: 7 * 86_400_000, rollups: 400 * 86_400_000 },
      outbound: { allowHosts: [] },
    },
  }
  const log = pino({ level: 'silent' })
  const engine = createCheckEngine({
    platform: { replicaId, clock, random: () => 0.5, log, metrics, db: counted(db), queue: new TestQueue() },
    settings: () => settings.current,
    applyVerdicts: async (tx, batch) => tx.afterCommit(() => verdicts.push(...batch)),
    recordGap: async (tx, gap) => tx.afterCommit(() => gaps.push(gap)),
    ...deps,
  })
  return { engine, verdicts, gaps, metrics, settings }
}

/** For tests: a database that can be taken away from whoever holds it. */
export function detachable(db: Database): Database & { isAway: boolean } {
  const assertThere = () => {
    if (detached.isAway) throw new OpsError('unavailable', 'the database cannot be reached')
  }
  const detached = {
    isAway: false,
    query: async <Row>(statement: Sql) => {
      assertThere()
      return db.query<Row>(statement)
    },
    transaction: async <T>(work: (tx: Transaction) => Promise<T>) => {
      assertThere()
      return db.transaction(work)
    },
    listen: db.listen.bind(db),
    close: async () => undefined,
  }
  return detached
}

let underWay = 0

/** Counts what waits for the database, so that the fake clock can wait for it too. */
function counted(db: Database): Database {
  const count = async <T>(work: Promise<T>): Promise<T> => {
    underWay++
    try {
      return await work
    } finally {
      underWay--
    }
  }
  return {
    query: (statement) => count(db.query(statement)),
    transaction: (work) => count(db.transaction(work)),
    listen: (...subscription) => db.listen(...subscription),
    close: () => db.close(),
  }
}

/** For tests: lets `ms` pass on the fake clock. It stands still while an engine waits for the database. */
export async function pass(clock: FakeClock, ms: number, stepMs = 200): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    clock.advance(Math.min(stepMs, ms - passed))
    do await new Promise((resolve) => setImmediate(resolve))
    while (underWay > 0)
  }
}
