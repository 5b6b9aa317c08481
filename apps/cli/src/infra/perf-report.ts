import type { DatabaseFinding, DatabaseStatus } from './db-report.ts'

export interface Compared {
  readonly to: 'last_week' | 'before_deploy' | 'earlier_test'
  readonly now: number | null
  readonly then: number | null
  readonly times: number | null
  readonly unknown: string | null
}

export interface ComponentSummary {
  readonly component: string
  readonly status: DatabaseStatus
  readonly rate: { readonly perSecond: number; readonly source: string } | null
  readonly errors: { readonly ratio: number; readonly source: string } | null
  readonly duration: { readonly p95Ms: number; readonly isAtLeast: boolean; readonly source: string } | null
  readonly resources: readonly {
    readonly resource: string
    readonly utilisation: number | null
    readonly saturation: number | null
    readonly errors: number | null
  }[]
}

export interface PerformanceFinding extends DatabaseFinding {
  readonly component: string
  readonly reason: string
}

/** What the API says of how components perform, as far as the command shows it. */
export interface PerformanceReport {
  readonly window: { readonly from: string; readonly to: string }
  readonly summary: {
    readonly status: DatabaseStatus
    readonly says: string
    readonly components: readonly ComponentSummary[]
    readonly deploys: readonly { readonly component: string; readonly at: string | null }[]
  }
  readonly findings: readonly PerformanceFinding[]
  readonly recommendations: readonly { readonly runbooks: readonly { readonly id: string; readonly title: string }[] }[]
  readonly detailedMetrics: {
    readonly responseTimeMetrics: readonly {
      readonly component: string
      readonly source: string
      readonly comparisons: readonly Compared[]
    }[]
  }
  readonly unknown: readonly {
    readonly component: string
    readonly what: string
    readonly reason: string
    readonly howToGet: string | null
  }[]
}
