export interface Trend {
  /** As `coherence`, `relevance`, `length` or `error`. */
  readonly metric: string
  readonly direction: 'rising' | 'falling' | 'stable'
  /** A response. */
  readonly slope: number
  readonly pValue: number
}

export interface QualityAlert {
  readonly type: string
  readonly severity: 'warning' | 'critical'
  readonly message: string
  readonly threshold: number
  readonly current: number
}

export interface ModelQuality {
  readonly provider: string
  readonly model: string
  readonly responses: number
  readonly scored: number
  readonly overallScore: number | null
  readonly coherenceScore: number | null
  readonly relevanceScore: number | null
  readonly errorRate: number | null
  readonly flags: Readonly<Record<string, number>>
  /** Signals whose change was noticed and that are not good again. */
  readonly drifting: readonly string[]
}

export interface QualityReport {
  readonly overallScore: number | null
  readonly metrics: {
    readonly averageLength: number | null
    readonly coherenceScore: number | null
    readonly relevanceScore: number | null
    readonly errorRate: number | null
    readonly userSatisfaction: number | null
  }
  readonly trends: readonly Trend[]
  readonly alerts: readonly QualityAlert[]
  readonly recommendations: readonly string[]
  readonly window: number
  readonly responses: number
  readonly scored: number
  /** Answers that were not looked at. */
  readonly dropped: number
  readonly flags: Readonly<Record<string, number>>
  readonly models: readonly ModelQuality[]
}
