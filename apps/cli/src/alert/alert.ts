export interface Alert {
  readonly id: string
  readonly source: string
  readonly fingerprint: string
  readonly component: string | null
  readonly status: 'firing' | 'resolved'
  readonly severity: 'critical' | 'warning' | 'info'
  readonly summary: string
  /** What it says of itself; a server of before says nothing. */
  readonly labels?: Readonly<Record<string, string>>
  readonly assignee: { readonly role: string; readonly person: string | null } | null
  readonly incident: string | null
  readonly firedAt: string
  readonly lastSeenAt: string
  readonly resolvedAt: string | null
}

/** From worst to least. */
export const alertSeverities: readonly Alert['severity'][] = ['critical', 'warning', 'info']
