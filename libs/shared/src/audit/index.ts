import type { Principal } from '../identity/index.ts'

/** One row of a service's append-only audit table. All services' tables have this shape. */
export interface AuditEntry {
  readonly id: string
  readonly at: string
  readonly service: string
  readonly actorId: string
  readonly actorName: string
  readonly actorKind: 'person' | 'service'
  /** What was done, as `noun.verb`: `component.create`, `key.revoke`. */
  readonly action: string
  /** What it was done to: the id of the resource. */
  readonly subject: string
  readonly requestId: string | null
  /** The reason given and what changed. Never a secret. */
  readonly detail: Readonly<Record<string, unknown>>
}

/** Who does something, and within which request. */
export interface Actor {
  readonly principal: Principal
  readonly requestId: string | null
}

/** The actor of what a service does by its own clock. */
export function systemActor(service: string): Actor {
  return { principal: { id: `system:${service}`, name: service, kind: 'service', role: 'admin' }, requestId: null }
}

export {
  createAudit,
  type Audit,
  type AuditedAct,
  type AuditPage,
  type AuditQuery,
  type ListedAuditEntry,
} from './create-audit.ts'
