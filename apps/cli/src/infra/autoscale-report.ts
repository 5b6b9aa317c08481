import type { ObjectReference } from './infra.ts'

export type AutoscaleStatus = 'healthy' | 'info' | 'warning' | 'critical' | 'unknown'

export interface ScalingAdvice {
  readonly rule: string
  readonly severity: 'critical' | 'warning' | 'info'
  readonly object: ObjectReference
  readonly summary: string
  readonly arithmetic: readonly string[]
}

interface Shares {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** Cores and bytes; null where it is not set. */
export interface Amounts {
  readonly cpu: number | null
  readonly memory: number | null
}

export interface AuditedContainer {
  readonly container: string
  readonly requests: Amounts
  readonly limits: Amounts
  readonly use: { readonly cpu: Shares; readonly memory: Shares } | null
  readonly unknown: string
}

export interface AuditedWorkload {
  readonly workload: ObjectReference
  readonly status: AutoscaleStatus
  readonly replicas: number
  readonly containers: readonly AuditedContainer[]
  readonly advice: readonly ScalingAdvice[]
}

export interface AuditedAutoscaler {
  readonly autoscaler: ObjectReference
  readonly target: ObjectReference
  readonly minReplicas: number
  readonly maxReplicas: number
  readonly currentReplicas: number
  readonly advice: readonly ScalingAdvice[]
}

export interface ScalingProposal {
  readonly name: string
  readonly title: string
  readonly changes: readonly string[]
  readonly arithmetic: readonly string[]
  readonly warnings: readonly string[]
  readonly managedBy: readonly string[]
  readonly manifest: string
  readonly dryRun: string
  readonly apply: string | null
  readonly undo: string
  /** Name of the proposal instead of which it is; null where it goes with all others. */
  readonly insteadOf: string | null
}

/** What the API says of how a cluster scales, as far as the command shows it. */
export interface AutoscaleReport {
  readonly cluster: string
  readonly status: AutoscaleStatus
  readonly history: { readonly days: number; readonly leastDays: number }
  readonly workloads: readonly AuditedWorkload[]
  readonly workloadCount: number
  readonly autoscalers: readonly AuditedAutoscaler[]
  readonly verticalAutoscalers:
    | readonly {
        readonly autoscaler: ObjectReference
        readonly target: ObjectReference
        readonly updateMode: string
        readonly advice: readonly ScalingAdvice[]
      }[]
    | null
  readonly proposals: readonly ScalingProposal[]
  readonly proposalCount: number
  readonly unknown: readonly { readonly what: string; readonly reason: string }[]
}
