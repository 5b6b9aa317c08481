import type { CircuitStateName } from '@akashic/proto'
import { sql, type Queryable } from '@akashic/shared/postgres'
import type { Circuit } from './circuit.ts'

export interface CircuitName {
  readonly provider: string
  readonly model: string
}

export interface StoredCircuit extends CircuitName {
  readonly version: number
  readonly circuit: Omit<Circuit, 'outcomes'>
  readonly failures: number
}

interface Row {
  readonly provider: string
  readonly model: string
  readonly version: number
  readonly state: CircuitStateName
  readonly reason: string
  readonly failures: number
  readonly opened_at: Date | null
  readonly next_trial_at: Date | null
  readonly opened_in_a_row: number
  readonly opened_count: number
  readonly cooling_until: Date | null
  readonly good_trials: number
}

/** Channel on which a change of a circuit is told to the other replicas. */
export const circuitChannel = 'ai_health_circuit'

export async function readCircuits(db: Queryable): Promise<StoredCircuit[]> {
  return (await db.query<Row>(sql`SELECT * FROM ai_health.circuit`)).map(storedOf)
}

/** The row of a circuit, locked; null while it was never opened. */
export async function lockCircuit(tx: Queryable, { provider, model }: CircuitName): Promise<StoredCircuit | null> {
  const [row] = await tx.query<Row>(sql`
    SELECT * FROM ai_health.circuit WHERE provider = ${provider} AND model = ${model} FOR UPDATE`)
  return row ? storedOf(row) : null
}

/** Writes a circuit and ends its trial; tells the other replicas. */
export async function saveCircuit(
  tx: Queryable,
  { provider, model }: CircuitName,
  circuit: Circuit,
  nowMs: number,
): Promise<number> {
  const failures = circuit.outcomes.filter(({ isFailure }) => isFailure).length
  const [row] = await tx.query<{ version: number }>(sql`
    INSERT INTO ai_health.circuit AS c
      (provider, model, state, reason, failures, opened_at, next_trial_at, opened_in_a_row, opened_count, cooling_until,
       good_trials, changed_at)
    VALUES (${provider}, ${model}, ${circuit.state}, ${circuit.reason}, ${failures}, ${instant(circuit.openedAtMs)},
            ${instant(circuit.nextTrialAtMs)}, ${circuit.openedInARow}, ${circuit.openedCount},
            ${instant(circuit.coolingUntilMs)}, ${circuit.goodTrials}, ${new Date(nowMs)})
    ON CONFLICT (provider, model) DO UPDATE
      SET version = c.version + 1, state = EXCLUDED.state, reason = EXCLUDED.reason, failures = EXCLUDED.failures,
          opened_at = EXCLUDED.opened_at, next_trial_at = EXCLUDED.next_trial_at,
          opened_in_a_row = EXCLUDED.opened_in_a_row, opened_count = EXCLUDED.opened_count,
          good_trials = EXCLUDED.good_trials,
          cooling_until = CASE WHEN EXCLUDED.state = 'closed' AND c.state <> 'closed' THEN EXCLUDED.cooling_until
                               ELSE GREATEST(c.cooling_until, EXCLUDED.cooling_until) END,
          -- Who only heard that it is to cool does not end the trial of another.
          trial_until = CASE WHEN EXCLUDED.state = 'half_open' AND EXCLUDED.opened_count = c.opened_count
                                  AND EXCLUDED.good_trials = c.good_trials
                                  AND EXCLUDED.next_trial_at IS NOT DISTINCT FROM c.next_trial_at
                             THEN c.trial_until END,
          changed_at = EXCLUDED.changed_at
    RETURNING version`)
  await tx.query(sql`SELECT pg_notify(${circuitChannel}, ${`${provider}/${model}`})`)
  return row!.version
}

/** Gives the trial of a circuit to who asks first, until it is saved or `leaseMs` are over by the database's clock. */
export async function takeTrial(
  tx: Queryable,
  { provider, model }: CircuitName,
  nowMs: number,
  leaseMs: number,
): Promise<boolean> {
  const taken = await tx.query(sql`
    UPDATE ai_health.circuit
       SET state = 'half_open', trial_until = clock_timestamp() + ${leaseMs} * interval '1 ms', version = version + 1
     WHERE provider = ${provider} AND model = ${model} AND state <> 'closed' AND next_trial_at <= ${new Date(nowMs)}
       AND (trial_until IS NULL OR trial_until < clock_timestamp())
    RETURNING 1`)
  if (taken.length === 0) return false
  await tx.query(sql`SELECT pg_notify(${circuitChannel}, ${`${provider}/${model}`})`)
  return true
}

/** Gives a trial back that came to nothing. */
export async function releaseTrial(tx: Queryable, { provider, model }: CircuitName): Promise<void> {
  await tx.query(sql`
    UPDATE ai_health.circuit SET trial_until = NULL WHERE provider = ${provider} AND model = ${model}`)
}

const instant = (ms: number | null): Date | null => (ms === null ? null : new Date(ms))

function storedOf(row: Row): StoredCircuit {
  return {
    provider: row.provider,
    model: row.model,
    version: row.version,
    failures: row.failures,
    circuit: {
      state: row.state,
      reason: row.reason,
      openedAtMs: row.opened_at?.getTime() ?? null,
      nextTrialAtMs: row.next_trial_at?.getTime() ?? null,
      openedInARow: row.opened_in_a_row,
      openedCount: row.opened_count,
      coolingUntilMs: row.cooling_until?.getTime() ?? null,
      goodTrials: row.good_trials,
    },
  }
}
