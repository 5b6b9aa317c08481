import type { Evidence } from './finding.ts'
import type { KeptFinding } from './store.ts'

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

export const evidenceDocument = ({ at, ...rest }: Evidence) => ({ ...rest, at: instant(at) })

/** A finding with its life, as the API shows it. */
export function findingDocument({ finding, ...life }: KeptFinding) {
  const { id, cluster, rule, severity, object, part, reason, summary, evidence, remedies, since } = finding
  const { affected, affectedCount } = finding
  return {
    ...{ id, cluster, rule, severity, state: life.state, object, part, reason, summary },
    evidence: evidence.map(evidenceDocument),
    ...{ remedies, affected, affectedCount },
    since: instant(since),
    firstSeenAt: life.firstSeenAt.toISOString(),
    lastSeenAt: life.lastSeenAt.toISOString(),
    resolvedAt: life.resolvedAt?.toISOString() ?? null,
    mutedUntil: life.mutedUntil?.toISOString() ?? null,
    mutedBy: life.mutedBy,
    muteReason: life.muteReason,
  }
}
