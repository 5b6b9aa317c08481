import { sql, type Queryable } from '@akashic/shared/postgres'
import { severityOf, type CheckState } from '../judge.ts'
import type { CheckDefinition } from '../watched-check.ts'
import type { RecordedResult } from './recorded-result.ts'

/** What is stored of a check: its number, and its state where it has one. */
export interface KnownCheck {
  readonly num: number
  readonly state: CheckState | null
}

/** Numbers and states of `definitions`, by check id; gives numbers to those that have none. A state from before the checks
 *  of its component were last paused says nothing of now, and is left out. */
export async function knownChecks(
  db: Queryable,
  definitions: readonly CheckDefinition[],
): Promise<Map<string, KnownCheck>> {
  const nums = definitions.map((definition) => definition.componentNum)
  const names = definitions.map((definition) => definition.name)
  await db.query(sql`
    INSERT INTO status.check_key (component_num, name)
    SELECT wanted.*
      FROM unnest(${nums}::int[], ${names}::text[]) AS wanted (component_num, name)
      LEFT JOIN status.check_key AS known USING (component_num, name)
     WHERE known.num IS NULL
    ON CONFLICT DO NOTHING`)
  const rows = await db.query<{ place: number; num: number; state: CheckState | null }>(sql`
    SELECT wanted.place::int, k.num, s.state
      FROM unnest(${nums}::int[], ${names}::text[]) WITH ORDINALITY AS wanted (component_num, name, place)
      JOIN status.check_key AS k USING (component_num, name)
      LEFT JOIN status.component_state AS c ON c.component_num = k.component_num
      LEFT JOIN status.check_state AS s ON s.check_num = k.num AND s.at >= coalesce(c.paused_until, '-infinity')`)
  return new Map(rows.map(({ place, num, state }) => [definitions[place - 1]!.id, { num, state }]))
}

/** Locks the shards whose leases are still those of `tokens` (fencing token by shard), so that nobody takes them over before
 *  this transaction ends. @returns those shards. */
export async function lockHeldShards(
  tx: Queryable,
  replicaId: string,
  tokens: ReadonlyMap<number, number>,
): Promise<Set<number>> {
  const rows = await tx.query<{ shard: number }>(sql`
    SELECT s.shard
      FROM status.shard AS s
      JOIN unnest(${[...tokens.keys()]}::smallint[], ${[...tokens.values()]}::bigint[]) AS held (shard, fencing_token)
        ON s.shard = held.shard AND s.fencing_token = held.fencing_token
     WHERE s.owner = ${replicaId}
     ORDER BY s.shard
       FOR SHARE OF s`)
  return new Set(rows.map((row) => row.shard))
}

/** Writes results; one that is there already stays as it is. */
export async function insertResults(tx: Queryable, results: readonly RecordedResult[]): Promise<void> {
  const timings = (phase: 'dnsMs' | 'connectMs' | 'tlsMs' | 'firstByteMs') =>
    results.map(({ result }) => result.timings[phase] ?? null)
  await tx.query(sql`
    INSERT INTO status.check_result
      (at, check_num, severity, latency_ms, dns_ms, connect_ms, tls_ms, first_byte_ms, failure_code, failure_detail)
    SELECT to_timestamp(at_ms / 1000.0), check_num, severity, latency_ms, dns_ms, connect_ms, tls_ms, first_byte_ms,
           failure_code, failure_detail
      FROM unnest(
             ${results.map((r) => r.atMs)}::double precision[],
             ${results.map((r) => r.checkNum)}::int[],
             ${results.map((r) => severityOf(r.result.outcome))}::smallint[],
             ${results.map((r) => r.result.latencyMs)}::real[],
             ${timings('dnsMs')}::real[],
             ${timings('connectMs')}::real[],
             ${timings('tlsMs')}::real[],
             ${timings('firstByteMs')}::real[],
             ${results.map((r) => r.result.failure?.code ?? null)}::text[],
             ${results.map((r) => r.result.failure?.detail ?? null)}::text[]
           ) AS n (at_ms, check_num, severity, latency_ms, dns_ms, connect_ms, tls_ms, first_byte_ms,
                   failure_code, failure_detail)
    ON CONFLICT DO NOTHING`)
}

/** Keeps the newest state of each check. */
export async function saveCheckStates(tx: Queryable, results: readonly RecordedResult[]): Promise<void> {
  const newest = [...new Map(results.map((result) => [result.checkNum, result])).values()]
  newest.sort((a, b) => a.checkNum - b.checkNum)
  await tx.query(sql`
    INSERT INTO status.check_state (check_num, at, state)
    SELECT check_num, to_timestamp(at_ms / 1000.0), state
      FROM unnest(
             ${newest.map((r) => r.checkNum)}::int[],
             ${newest.map((r) => r.atMs)}::double precision[],
             ${newest.map((r) => JSON.stringify(r.state))}::jsonb[]
           ) AS n (check_num, at_ms, state)
    ON CONFLICT (check_num) DO UPDATE
       SET at = excluded.at, state = excluded.state`)
}

/** Told the id of a check that has to be evaluated at once. */
export const evaluationChannel = 'akashic_status_evaluate'

export async function notifyEvaluation(tx: Queryable, checkId: string): Promise<void> {
  await tx.query(sql`SELECT pg_notify(${evaluationChannel}, ${checkId})`)
}
