import { printable } from '../terminal/text-width.ts'

/** What the API says of clusters, as far as commands show it. */
export interface ObjectReference {
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

export interface Remedy {
  readonly title: string
  readonly command: string | null
  readonly changes: string
  readonly undo: string | null
}

export interface Evidence {
  readonly kind: string
  readonly object: ObjectReference
  readonly where: string
  readonly quote: string
}

export type Severity = 'critical' | 'warning' | 'info'

export interface Finding {
  readonly id: string
  readonly severity: Severity
  readonly rule: string
  readonly object: ObjectReference
  readonly reason: string
  readonly summary: string
  readonly firstSeenAt: string
  readonly mutedUntil: string | null
}

export interface Cause {
  readonly rank: number
  readonly trouble: number
  readonly object: ObjectReference
  readonly because: string
  readonly isEstablished: boolean
  readonly score: number
  readonly points: readonly { readonly rule: string; readonly points: number; readonly says: string }[]
  readonly evidence: readonly Evidence[]
  readonly chain: readonly { readonly object: ObjectReference; readonly says: string }[]
  readonly remedies: readonly Remedy[]
}

export interface DiagnosisResult {
  readonly cluster: string
  readonly verdict: 'cause_established' | 'none_established' | 'nothing_wrong' | 'unknown'
  readonly summary: string
  readonly causes: readonly Cause[]
  readonly symptoms: readonly {
    readonly severity: Severity
    readonly object: ObjectReference
    readonly reason: string
    readonly summary: string
    readonly isExplained: boolean
  }[]
  readonly nextStep: Remedy | null
  readonly ruledOut: readonly {
    readonly object: ObjectReference
    readonly hypothesis: string
    readonly observation: string
  }[]
  readonly unseen: readonly { readonly what: string; readonly reason: string }[]
  readonly runbooks: readonly { readonly id: string; readonly title: string; readonly because: string }[]
}

export interface Diagnosis {
  readonly id: string
  readonly state: 'running' | 'succeeded' | 'failed' | 'cancelled'
  readonly result: DiagnosisResult | null
  readonly problem: string | null
}

export type SectionStatus = 'healthy' | 'problems' | 'unknown'

export interface QuickDiagnosis {
  readonly generatedAt: string
  readonly status: SectionStatus
  readonly sections: readonly {
    readonly name: string
    readonly status: SectionStatus
    readonly says: string
    readonly items: readonly { readonly name: string; readonly status: SectionStatus; readonly says: string }[]
    readonly tookMs: number
  }[]
}

export interface ResourceUse {
  readonly ratio: number | null
  readonly status: 'ok' | 'warning' | 'critical' | 'unknown'
}

export interface NodesReport {
  readonly cluster: string
  readonly generatedAt: string
  readonly clusterHealth: 'healthy' | 'warning' | 'critical' | 'unknown'
  readonly nodeReports: readonly {
    readonly nodeName: string
    readonly status: 'healthy' | 'warning' | 'critical' | 'unknown'
    readonly resourceUsage: { readonly cpu: ResourceUse; readonly memory: ResourceUse }
    readonly diskUsage: ResourceUse
    readonly podCount: number
    readonly issues: readonly { readonly severity: string; readonly description: string; readonly impact: string }[]
    readonly unknown: readonly string[]
  }[]
  readonly recommendedActions: readonly string[]
}

/** `Deployment shop/web`, `Node worker-1`. */
export const objectText = ({ kind, namespace, name }: ObjectReference): string =>
  printable(namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`)
