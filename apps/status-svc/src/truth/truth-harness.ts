import type { ComponentInput } from '@akashic/config'
import { sql } from '@akashic/shared/postgres'
import { Registry } from 'prom-client'
import { alertHarness } from '../alert/alert-harness.ts'
import { judge, unjudged, type Measurement } from '../check/judge.ts'
import { anActor, minute } from '../service-harness.ts'
import { createTruthAuditor, type TruthDeps } from './audit.ts'
import { listFindings } from './list-findings.ts'
import { createTruthMetrics } from './truth-metrics.ts'

/** For tests: the audit of two replicas on a real database; the first shows what the harness applies. */
export async function truthHarness(inputs: readonly ComponentInput[] = []) {
  const service = await alertHarness(inputs)
  const { db, clock, components } = service
  const registry = new Registry()
  let frozenAtMs: number | null = null

  const replica = (replicaId: string, asOfMs: () => number, metrics: Registry) =>
    createTruthAuditor({ ...service, replicaId, asOfMs, metrics: createTruthMetrics(metrics, clock) })
  const r1 = replica('r1', () => clock.now(), registry)
  const r2 = replica('r2', () => frozenAtMs ?? clock.now(), new Registry())

  /** What the timers of both replicas do. */
  async function audit(afterMs: number = minute): Promise<void> {
    clock.advance(afterMs)
    await Promise.all([r1, r2].map((auditor) => auditor.tick(clock.now())))
  }

  const list = async (onlyClosed: boolean, actor = anActor('responder'), more: object = {}) =>
    listFindings(service, actor.principal, { limit: 0, cursor: '', onlyClosed, ...more })

  return {
    ...service,
    audit,
    /** What another replica does six minutes later, with other parts. */
    auditWith: (parts: Partial<Pick<TruthDeps, 'board'>>) => {
      clock.advance(6 * minute)
      const metrics = createTruthMetrics(new Registry(), clock)
      const deps = { ...service, replicaId: 'r3', asOfMs: () => clock.now(), metrics, ...parts }
      return createTruthAuditor(deps).tick(clock.now())
    },
    findings: list,
    /** The second replica's picture is not renewed from now on. */
    freezePictureOfR2: () => void (frozenAtMs = clock.now()),
    thawPictureOfR2: () => void (frozenAtMs = null),
    /** Kinds and subjects of what is open, and of the alerts that fire. */
    standing: async () => ({
      open: (await list(false)).findings.map(({ kind, subject }) => [kind, subject.id]),
      firing: (await service.list({ status: 'firing', limit: 200 })).alerts.map(({ fingerprint }) => fingerprint),
    }),
    /** Keeps what the engine knows of a check after these results, without the page hearing of it. */
    engineSaw: async (componentId: string, outcomes: readonly Measurement['outcome'][], everyMs = 5_000) => {
      const { num } = components.get(componentId)!
      let state = unjudged(clock.now())
      for (const outcome of outcomes) {
        state = judge(state, { outcome, atMs: clock.now() }, { failureThreshold: 99, successThreshold: 1 })
        clock.advance(everyMs)
      }
      await db.query(sql`
        INSERT INTO status.check_key (component_num, name) VALUES (${num}, 'tcp') ON CONFLICT DO NOTHING`)
      await db.query(sql`
        INSERT INTO status.check_state (check_num, at, state)
        SELECT num, ${new Date(state.lastAtMs!)}, ${sql.json(state)}
          FROM status.check_key
         WHERE component_num = ${num} AND name = 'tcp'
            ON CONFLICT (check_num) DO UPDATE SET at = excluded.at, state = excluded.state`)
    },
    metric: async (name: string) => registry.getSingleMetricAsString(name),
  }
}

export type TruthHarness = Awaited<ReturnType<typeof truthHarness>>
