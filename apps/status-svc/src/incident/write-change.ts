import type { Actor } from '@akashic/shared/audit'
import type { Transaction } from '@akashic/shared/postgres'
import { addAudit } from '../audit/audit.ts'
import { raiseToldVersion } from '../told/told-version.ts'
import { appendEntries, linkEntries } from '../timeline/append.ts'
import { actorLabel, namedActor } from './actor-label.ts'
import { eventsOf } from './events-of.ts'
import type { Change, Happening, Incident, TimelineKind } from './incident.ts'
import type { IncidentDeps } from './incident-deps.ts'
import { incidentChannel } from './incident-channel.ts'
import { settle } from './settle.ts'
import * as store from './store.ts'
import { toldStatus } from './told.ts'

/** What was done, for the audit. */
export interface AuditedIncidentAct {
  /** As `incident.open`. */
  readonly action: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** Writes a change with its timeline entries, its audit row and its events; `before` is null for a new incident. The
 *  caller holds the incident's row lock. A change in which nothing happened writes nothing. */
export async function writeChange(
  deps: Pick<IncidentDeps, 'clock' | 'outbox'>,
  tx: Transaction,
  actor: Actor,
  before: Incident | null,
  change: Change,
  act: AuditedIncidentAct,
): Promise<Incident> {
  if (change.happenings.length === 0) return change.incident
  const nowMs = deps.clock.now()
  const { incident, happenings } = settle(change, nowMs)
  const name = namedActor(actor.principal)
  const entries = linkEntries(
    incident.id,
    incident.timeline,
    happenings.map(({ kind, body }) => ({
      atMs: nowMs,
      actor: body['isBySystem'] === true ? 'system' : name,
      kind,
      body,
    })),
  )
  const { seq, hash } = entries.at(-1)!
  const written: Incident = { ...incident, ...stamped(before, happenings, nowMs), timeline: { seq, hash } }
  if (before === null) await store.insert(tx, written)
  else await store.save(tx, before, written)
  await appendEntries(tx, written.num, entries)
  await addAudit(tx, nowMs, actor, [{ action: act.action, subject: written.id, detail: act.detail }])
  await deps.outbox.add(tx, eventsOf(before, written, happenings, { nowMs, actor: actorLabel(actor.principal) }))
  if (isTold(before, written)) await raiseToldVersion(tx)
  await store.notify(tx, incidentChannel)
  return written
}

/** True when the public reads something of the incident, before or after. */
function isTold(before: Incident | null, after: Incident): boolean {
  return (before !== null && toldStatus(before) !== null) || toldStatus(after) !== null
}

/** What is only noted in the timeline is no new version: nobody's own change is to fail because of it. */
const notes: ReadonlySet<TimelineKind> = new Set([
  'alert_joined',
  'alert_resolved',
  'diagnosed',
  'paged',
  'page_answered',
  'page_exhausted',
  'update_overdue',
  'checklist_overdue',
  'postmortem_saved',
  'action_item_saved',
])

function stamped(before: Incident | null, happenings: readonly Happening[], nowMs: number) {
  if (before === null) return { version: 1, updatedAtMs: nowMs }
  if (happenings.every(({ kind }) => notes.has(kind))) return {}
  return { version: before.version + 1, updatedAtMs: nowMs }
}
