import type { Reference } from '@akashic/kubernetes'

/** What kind of thing was changed in a cluster. */
export type ChangeKind =
  | 'rollout'
  | 'scaled'
  | 'configuration'
  | 'secret'
  | 'policy'
  | 'routing'
  | 'node'
  | 'quota'
  | 'admission'
  | 'storage'
  | 'helm'
  | 'action'
  | 'created'
  | 'deleted'

/** A field before and after. Values of secrets are never here. */
export interface FieldChange {
  readonly path: string
  readonly before: string | null
  readonly after: string | null
}

/** Of `kubectl rollout restart`, which only starts the pods anew. */
export const isRestart = ({ path }: FieldChange): boolean => /kubectl\.kubernetes\.io(?:\/|~1)restartedAt/.test(path)

/** Somebody changed what an object is asked to be. */
export interface Change {
  readonly id: string
  readonly cluster: string
  /** ms since 1970. */
  readonly at: number
  readonly kind: ChangeKind
  readonly object: Reference
  /** The field manager that wrote it, such as `kubectl-edit`; '' where the cluster does not tell. */
  readonly by: string
  readonly summary: string
  readonly fields: readonly FieldChange[]
}
