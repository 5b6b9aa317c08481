import type { Clock } from '@akashic/shared/clock'
import { Gauge, type Registry } from 'prom-client'
import { findingKinds, type FindingKind } from './finding.ts'

export interface TruthMetrics {
  /** Takes in when the last audit was, and how many findings of each kind are open. */
  show(auditedAtMs: number | null, open: ReadonlyMap<FindingKind, number>): void
}

/** Findings of an audit that is older say nothing of now. */
const holdsForMs = 300_000

/** How many findings are open; no number at all while nobody audits, since none would read as fine. */
export function createTruthMetrics(registry: Registry, clock: Clock): TruthMetrics {
  const registers = [registry]
  let auditedAt: number | null = null
  let counts: ReadonlyMap<FindingKind, number> = new Map()
  new Gauge({
    name: 'akashic_truth_findings',
    help: 'Ways in which the public is told something else than what is known, by kind; absent while nobody audits.',
    labelNames: ['kind'],
    registers,
    collect() {
      this.reset()
      if (auditedAt === null || clock.now() - auditedAt > holdsForMs) return
      for (const kind of findingKinds) this.set({ kind }, counts.get(kind) ?? 0)
    },
  })
  new Gauge({
    name: 'akashic_truth_audit_age_seconds',
    help: 'How long ago it was last audited what the public is told; -1 while it never was.',
    registers,
    collect() {
      this.set(auditedAt === null ? -1 : Math.max(0, clock.now() - auditedAt) / 1_000)
    },
  })
  return {
    show: (auditedAtMs, open) => {
      auditedAt = auditedAtMs
      counts = open
    },
  }
}
