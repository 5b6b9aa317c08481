import { createHash } from 'node:crypto'
import type { AlertSettings } from '@akashic/config'
import type { AlertSeverity, AlertSignal, AlertStatus, Labels } from './alert.ts'

/** An alert as Prometheus and Alertmanager tell of it. */
export interface LabelledAlert {
  readonly labels: Labels
  readonly annotations: Labels
  readonly status: AlertStatus
  readonly startsAtMs: number | null
  /** When it ended, or ends unless it is heard of again; null: nothing is said of it. */
  readonly endsAtMs: number | null
}

const severities = new Map<string, AlertSeverity>(
  Object.entries({
    critical: 'critical',
    page: 'critical',
    error: 'critical',
    emergency: 'critical',
    warning: 'warning',
    warn: 'warning',
    ticket: 'warning',
    info: 'info',
    none: 'info',
    debug: 'info',
  }),
)

const longestSummary = 500
const mostLabels = 100
const longestName = 200
const longestLabel = 2_000
/** The last instant that there is (ECMA-262, 21.4.1.1). */
const lastMs = 8_640_000_000_000_000

/** What is wrong with the alert; null when nothing is. The name of a label may be any text, as in Prometheus since 3.0. */
export function problemOf({ labels, endsAtMs }: LabelledAlert): string | null {
  const entries = Object.entries(labels)
  if (!labels['alertname']) return 'has no label alertname'
  if (entries.length > mostLabels) return `has more than ${mostLabels} labels`
  const odd = entries.find(([name, value]) => name === '' || !isKept(name, longestName) || !isKept(value, longestLabel))
  if (odd) return `has a label ${asLine(odd[0], 50)} that is none`
  return endsAtMs === null || endsAtMs <= lastMs ? null : 'ends at no instant'
}

const isKept = (text: string, longest: number): boolean =>
  text.length <= longest && !text.includes('\0') && text.isWellFormed()

/** The alert as it is raised here: its fingerprint is of its labels, of which an empty one is none, as for Alertmanager;
 *  its severity is that of the
 *  label, `warning` where there is none that is known; its component is that of the label, else of the first mapping that
 *  fits, as far as `isComponent` knows it. */
export function signalOf(
  alert: LabelledAlert,
  source: string,
  settings: Pick<AlertSettings, 'componentLabel' | 'components' | 'expireAfter'>,
  isComponent: (id: string) => boolean,
  nowMs: number,
): AlertSignal {
  const { annotations, startsAtMs, endsAtMs } = alert
  const labels: Labels = Object.fromEntries(Object.entries(alert.labels).filter(([, value]) => value !== ''))
  const isOver = alert.status === 'resolved' || (endsAtMs !== null && endsAtMs <= nowMs)
  const summary = annotations['summary'] || annotations['description'] || annotations['message'] || labels['alertname']!
  return {
    source,
    fingerprint: fingerprintOf(labels),
    componentId: componentOf(labels, settings, isComponent),
    status: isOver ? 'resolved' : 'firing',
    severity: severities.get(labels['severity']?.toLowerCase() ?? '') ?? 'warning',
    summary: asLine(summary, longestSummary),
    startedAtMs: startsAtMs,
    labels,
    expiresAtMs: endsAtMs !== null && endsAtMs > nowMs ? endsAtMs : nowMs + settings.expireAfter,
  }
}

function componentOf(
  labels: Labels,
  { componentLabel, components }: Pick<AlertSettings, 'componentLabel' | 'components'>,
  isComponent: (id: string) => boolean,
): string | null {
  const named = labels[componentLabel]
  if (named !== undefined && isComponent(named)) return named
  const mapped = components.find((mapping) =>
    Object.entries(mapping.labels).every(([name, value]) => labels[name] === value),
  )
  return mapped && isComponent(mapped.component) ? mapped.component : null
}

/** The same for the same labels, in whatever order. */
function fingerprintOf(labels: Labels): string {
  const sorted = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 32)
}

function asLine(text: string, longest: number): string {
  const line = text.replaceAll('\0', '').toWellFormed().replace(/\s+/g, ' ').trim() || 'An alert without words.'
  return line.length <= longest ? line : `${line.slice(0, longest - 1).toWellFormed()}…`
}
