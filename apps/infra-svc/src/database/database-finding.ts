import type { Reference } from '@akashic/kubernetes'
import type { Blame, Evidence, Finding, Remedy, Severity } from '../finding/finding.ts'
import type { Surroundings } from './engine.ts'

export type DatabaseKind =
  'Database' | 'Table' | 'Index' | 'Session' | 'Sequence' | 'Replica' | 'ReplicationSlot' | 'Query' | 'Command'

export interface Told {
  readonly rule: string
  readonly severity: Severity
  readonly kind: DatabaseKind
  readonly object: string
  readonly part?: string
  readonly reason: string
  readonly summary: string
  /** What was read, by where it stands, as `pg_stat_activity.state`. */
  readonly evidence: Readonly<Record<string, string | number | null>>
  readonly remedies: readonly Remedy[]
  /** Half a sentence: why this object must be changed; null where another is to blame or nobody. */
  readonly because?: string | null
  readonly blames?: readonly Blame[]
  readonly involves?: readonly Reference[]
  readonly since?: Date | null
}

export const databaseObject = (name: string): Reference => ({ kind: 'Database', namespace: name, name })

/** The server that a database is on, as logs of its users name it. */
export const hostObject = ({ place }: Pick<Surroundings, 'place'>): Reference => ({
  ...{ kind: 'Host', namespace: '', name: place.host },
})

/** A finding about something in a database. */
export function databaseFinding(around: Pick<Surroundings, 'name' | 'place'>, told: Told): Finding {
  const object: Reference = { kind: told.kind, namespace: around.name, name: told.object }
  const evidence = Object.entries(told.evidence).flatMap(([where, quote]): Evidence[] =>
    quote === null ? [] : [{ kind: 'field', object, where, quote: String(quote).slice(0, 400), at: null }],
  )
  const own: Blame[] = told.because ? [{ object, because: told.because, strength: 'direct' }] : []
  return {
    ...{ rule: told.rule, severity: told.severity, object, uid: '', part: told.part ?? '', reason: told.reason },
    ...{ summary: told.summary, evidence, remedies: told.remedies, blames: [...own, ...(told.blames ?? [])] },
    involves: [hostObject(around), ...(told.involves ?? [])],
    since: told.since?.getTime() ?? null,
  }
}
