import type { AlertSeverity, AlertSignal, Assignee } from '../alert/alert.ts'
import type { Finding, FindingKind, Subject } from './finding.ts'

/** How bad a finding is, and what is said of it where its subject may not be named. */
const kinds: Readonly<Record<FindingKind, { readonly severity: AlertSeverity; readonly nameless: string }>> = {
  page_green_while_red: {
    severity: 'critical',
    nameless: 'The page says that all is operational while an internal component that is critical is down.',
  },
  page_stale: { severity: 'critical', nameless: 'The page shows the past.' },
  no_public_word: { severity: 'warning', nameless: 'A component is red, and the public is told nothing of it.' },
  update_overdue: { severity: 'warning', nameless: 'The public was promised word by now.' },
  maintenance_past_end: { severity: 'warning', nameless: 'A maintenance that is not public is past its end.' },
  open_though_recovered: { severity: 'info', nameless: 'An incident is open though everything in it recovered.' },
}

/** Where the alert of a finding is found again. */
export interface AlertPlace {
  readonly source: 'incident' | 'truth'
  readonly fingerprint: string
}

/** An overdue update is a matter of its incident; all else is one of truth. What is internal is not named: fingerprints
 *  are told to subscribers. */
export function alertPlace({ kind, subject }: Pick<Finding, 'kind' | 'subject'>): AlertPlace {
  const isInternal = subject.kind === 'component' && subject.visibility === 'internal'
  const name = isInternal ? `component-${subject.num}` : subject.id
  return { source: kind === 'update_overdue' ? 'incident' : 'truth', fingerprint: `${kind}:${name}` }
}

/** The alert that a finding is. Its words reach subscribers unless it belongs to an incident that is not public, so
 *  those about other subjects that are not public name nothing. */
export function firingAlert(finding: Finding, assignee: Assignee | null): AlertSignal {
  const { kind, subject, sinceMs, summary } = finding
  const { severity, nameless } = kinds[kind]
  return {
    ...alertPlace(finding),
    ...{ status: 'firing', severity, startedAtMs: sinceMs, assignee },
    componentId: subject.kind === 'component' ? subject.id : null,
    incidentId: subject.kind === 'incident' ? subject.id : null,
    summary: isNameable(subject) ? summary : nameless,
  }
}

export const resolvedAlert = (place: AlertPlace): AlertSignal => ({
  ...place,
  ...{ status: 'resolved', severity: 'info', summary: '', componentId: null, startedAtMs: null },
})

const isNameable = (subject: Subject): boolean =>
  subject.kind === 'incident' || subject.kind === 'replica' || subject.visibility === 'public'
