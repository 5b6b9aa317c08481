import type { EscalationPolicy } from '@akashic/config'
import { uuidv7 } from '@akashic/shared/ids'
import type { Transaction } from '@akashic/shared/postgres'
import type { AlertSeverity } from '../alert/alert.ts'
import type { Incident } from '../incident/incident.ts'
import { isAbout, type RoutedComponent } from '../notification/route.ts'
import type { OnCallDeps } from './on-call-deps.ts'
import * as store from './store.ts'

/** The policy that says who is paged for an incident; undefined: nobody. */
export function policyForIncident(
  policies: readonly EscalationPolicy[],
  { severity }: Pick<Incident, 'severity'>,
  components: readonly RoutedComponent[],
): EscalationPolicy | undefined {
  return policies.find((policy) => policy.severities.includes(`SEV-${severity}`) && isAbout(policy, components))
}

/** The policy that says who is paged for alerts of this severity without an incident; undefined: nobody. */
export function policyForAlerts(
  policies: readonly EscalationPolicy[],
  severity: AlertSeverity,
  components: readonly RoutedComponent[],
): EscalationPolicy | undefined {
  return policies.find((policy) => policy.alerts.includes(severity) && isAbout(policy, components))
}

/** What a page is about. */
export interface PageSubject {
  readonly subject: string
  readonly incidentNum: number | null
  readonly title: string
  readonly policy: string
  /** Until when a silence holds it back; null: none does. */
  readonly mutedUntilMs: number | null
}

/** Opens a page whose first step is due at once, or when the silence ends. One that is open about the subject takes over what
 *  is new: it calls sooner when less is muted, and from the first step again when another policy asks for it, or a graver
 *  severity after everybody was called in vain. */
export async function openPage(
  { clock }: Pick<OnCallDeps, 'clock'>,
  tx: Transaction,
  { mutedUntilMs, ...page }: PageSubject,
): Promise<void> {
  const nowMs = clock.now()
  const isMuted = mutedUntilMs !== null
  const start = { state: isMuted ? 'silenced' : 'calling', dueAtMs: mutedUntilMs ?? nowMs } as const
  const num = await store.insert(tx, { ...page, id: uuidv7(nowMs), ...start }, nowMs)
  if (num !== undefined) {
    await noteOpened(tx, num, page.policy, mutedUntilMs, nowMs)
    return
  }
  const open = await store.lockOpen(tx, page.subject)
  if (!open) return
  const isAnew = open.policy !== page.policy || (open.state === 'exhausted' && open.title !== page.title)
  if (isAnew) {
    await store.save(tx, open, { ...start, title: page.title, policy: page.policy, step: 0, round: 0 }, nowMs)
    await noteOpened(tx, open.num, page.policy, mutedUntilMs, nowMs)
  } else if (open.state === 'silenced' && start.dueAtMs < (open.dueAtMs ?? Infinity)) {
    await store.save(tx, open, { ...start, title: page.title }, nowMs)
  }
}

async function noteOpened(
  tx: Transaction,
  num: number,
  policy: string,
  mutedUntilMs: number | null,
  nowMs: number,
): Promise<void> {
  await store.addEntry(tx, num, { atMs: nowMs, kind: 'opened', person: '', detail: policy })
  if (mutedUntilMs === null) return
  const detail = `until ${new Date(mutedUntilMs).toISOString()}`
  await store.addEntry(tx, num, { atMs: nowMs, kind: 'silenced', person: '', detail })
}

/** Ends the page about a subject, if one is open. */
export async function closePage({ clock }: Pick<OnCallDeps, 'clock'>, tx: Transaction, subject: string): Promise<void> {
  const page = await store.lockOpen(tx, subject)
  if (!page) return
  const nowMs = clock.now()
  await store.save(tx, page, { state: 'resolved', dueAtMs: null, resolvedAtMs: nowMs }, nowMs)
  await store.addEntry(tx, page.num, { atMs: nowMs, kind: 'resolved', person: '', detail: '' })
}
