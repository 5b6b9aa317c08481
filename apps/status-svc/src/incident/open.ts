import type { Actor } from '@akashic/shared/audit'
import { uuidv7 } from '@akashic/shared/ids'
import { emptyHead } from '@akashic/ledger'
import type { Transaction } from '@akashic/shared/postgres'
import { requireRole } from '@akashic/shared/access'
import { namedActor } from './actor-label.ts'
import { impactOf, isImpaired } from './impact.ts'
import type { Change, Incident, IncidentVisibility, Severity } from './incident.ts'
import type { IncidentDeps } from './incident-deps.ts'
import { findComponents, joining, type ObservedComponent } from './join.ts'
import { firstWordWithinMs } from './promise.ts'
import { requirePublisher } from './require-publisher.ts'
import * as store from './store.ts'
import { checkedBody, checkedTitle, refuse } from './text.ts'
import { say } from './words.ts'
import { writeChange } from './write-change.ts'

export interface OpenIncident {
  readonly title: string
  readonly severity: Severity
  readonly visibility: IncidentVisibility
  readonly componentIds: readonly string[]
  /** The component whose failure explains the others. */
  readonly rootId?: string
  /** The first update; may be empty. */
  readonly body: string
  /** Publishes the first update at once; otherwise it is a draft. */
  readonly publish: boolean
  readonly nextUpdateAtMs: number | null
  /** When the trouble began; null: when the first of the components turned red, else now. */
  readonly startedAtMs: number | null
  /** What opened it, as `policy:<name>`; otherwise the actor did. */
  readonly openedBy?: string
}

/** Opens an incident.
 *  @throws OpsError invalid_argument, permission_denied, or failed_precondition when words are to be published of one
 *  that is not public. */
export function openIncident(deps: IncidentDeps, actor: Actor, request: OpenIncident): Promise<Incident> {
  return deps.db.transaction((tx) => openIncidentIn(deps, tx, actor, request))
}

/** As openIncident, within the caller's transaction. */
export async function openIncidentIn(
  deps: IncidentDeps,
  tx: Transaction,
  actor: Actor,
  request: OpenIncident,
): Promise<Incident> {
  const { principal } = actor
  if (request.visibility === 'restricted') requireRole(principal, 'responder')
  if (principal.scope !== undefined && request.componentIds.length === 0) {
    refuse('componentIds', 'must name components that this key may touch')
  }
  if (request.publish) requirePublisher(principal)
  const nowMs = deps.clock.now()
  const found = await findComponents(deps, tx, principal, request.componentIds)
  const openedBy = request.openedBy ?? namedActor(principal)
  const fresh = newIncident(await store.takeNumber(tx), uuidv7(nowMs), request, found, openedBy, nowMs)
  const change = firstWords(fresh, request, found, principal.name, nowMs)
  return writeChange(deps, tx, actor, null, change, {
    action: 'incident.open',
    detail: { title: fresh.title, severity: fresh.severity, visibility: fresh.visibility },
  })
}

function newIncident(
  num: number,
  id: string,
  request: OpenIncident,
  found: readonly ObservedComponent[],
  openedBy: string,
  nowMs: number,
): Incident {
  const { severity, visibility } = request
  const components = found.map((component) => joining(component, request.rootId ?? null, nowMs))
  return {
    num,
    id,
    version: 1,
    title: checkedTitle('title', request.title),
    severity,
    status: 'investigating',
    visibility,
    impact: impactOf(components),
    startedAtMs: startOf(request.startedAtMs, found, nowMs),
    openedAtMs: nowMs,
    identifiedAtMs: null,
    monitoringAtMs: null,
    resolvedAtMs: null,
    resolveAtMs: null,
    updatedAtMs: nowMs,
    nextUpdateAtMs: visibility === 'public' ? nowMs + firstWordWithinMs : null,
    firstPublishedAtMs: null,
    ticketUrl: '',
    openedBy,
    reopenedCount: 0,
    components,
    updates: [],
    roles: [],
    ticks: [],
    reminded: { updateDueMs: null, steps: [] },
    timeline: emptyHead,
  }
}

function startOf(given: number | null, found: readonly ObservedComponent[], nowMs: number): number {
  if (given !== null) return given > nowMs ? refuse('startedAt', 'must not be in the future') : given
  return Math.min(nowMs, ...found.filter(({ status }) => isImpaired(status)).map(({ sinceMs }) => sinceMs))
}

function firstWords(
  incident: Incident,
  { body, publish, nextUpdateAtMs }: OpenIncident,
  found: readonly ObservedComponent[],
  author: string,
  nowMs: number,
): Change {
  const opened = {
    kind: 'opened' as const,
    body: {
      title: incident.title,
      severity: incident.severity,
      visibility: incident.visibility,
      openedBy: incident.openedBy,
      startedAt: new Date(incident.startedAtMs).toISOString(),
      components: found.map(({ record, status }) => ({ id: record.id, status })),
    },
  }
  const words = checkedBody('body', body)
  if (words === '' && !publish) return { incident, happenings: [opened] }
  const affected = found.map(({ record, status }) => ({
    id: record.id,
    name: record.spec.name,
    oldStatus: 'operational' as const,
    newStatus: status,
  }))
  const status = incident.status
  const update = { id: uuidv7(nowMs), status, body: words, publish, nextUpdateAtMs, author, affected }
  const said = say(incident, update, nowMs)
  return { incident: said.incident, happenings: [opened, ...said.happenings] }
}
