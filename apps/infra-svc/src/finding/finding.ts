import type { Reference } from '@akashic/kubernetes'

/** critical: something does not work now; warning: it will not, or works less well than asked; info: worth knowing. */
export type Severity = 'critical' | 'warning' | 'info'

/** One observation, quoted as it was read. */
export interface Evidence {
  readonly kind: 'field' | 'event' | 'log' | 'absence' | 'metric' | 'change'
  /** What was read. */
  readonly object: Reference
  /** Path of the field, reason of the event, or container of the log line; '' for a whole object. An element of a list goes by
   *  its name, type, host, path or port: `spec.containers[app].image`. */
  readonly where: string
  readonly quote: string
  /** ms since 1970; null where the observation has no time. */
  readonly at: number | null
}

/** Something to do about a finding. The first of a finding destroys nothing. */
export interface Remedy {
  readonly title: string
  /** To be pasted; null where no one command does it. */
  readonly command: string | null
  /** What it changes; 'nothing' for commands that only look. */
  readonly changes: string
  /** How to take it back; null where nothing needs to be. */
  readonly undo: string | null
  readonly isDestructive: boolean
}

/** An object that must be changed for the finding to end, as the observation itself shows. */
export interface Blame {
  readonly object: Reference
  /** A sentence: what is wrong with it. */
  readonly because: string
  /** direct: an observation names the object and what is wrong with it; inferred: it only fits. */
  readonly strength: 'direct' | 'inferred'
  /** What the object itself shows of it: a field or an event of its own, or that it is not there. */
  readonly evidence?: readonly Evidence[]
  /** What mends the object itself, in the order to try it. */
  readonly remedies?: readonly Remedy[]
}

/** What an analyser found wrong with one object. */
export interface Finding {
  /** The documented id of what was found, such as `pod-image-pull`. */
  readonly rule: string
  readonly severity: Severity
  /** What suffers. Of pods the workload that owns them is told by `groupFindings`. */
  readonly object: Reference
  readonly uid: string
  /** Tells findings of one rule on one object apart, such as the container's name; '' where there is one. */
  readonly part: string
  /** The Kubernetes reason, such as `CrashLoopBackOff`. */
  readonly reason: string
  readonly summary: string
  readonly evidence: readonly Evidence[]
  readonly remedies: readonly Remedy[]
  readonly blames: readonly Blame[]
  /** Objects that the observation names or depends on: where to look for the reason when nothing is blamed. */
  readonly involves: readonly Reference[]
  /** Since when, ms since 1970; null where the cluster does not tell. */
  readonly since: number | null
}
