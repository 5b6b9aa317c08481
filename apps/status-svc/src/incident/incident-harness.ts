import { systemActor } from '@akashic/shared/audit'
import type { ComponentInput } from '@akashic/config'
import type { Actor } from '@akashic/shared/audit'
import type { OutgoingEvent } from '@akashic/shared/events'
import { listAudit } from '../audit/list.ts'
import { aVerdict, anActor, serviceHarness } from '../service-harness.ts'
import type { Verdict } from '../status/check-verdict.ts'
import { claimIncident } from './claim-incident.ts'
import { emptyHead } from '@akashic/ledger'
import type { Incident, IncidentComponent, IncidentUpdate } from './incident.ts'
import { openIncident, type OpenIncident } from './open.ts'

export const operator = anActor()
export const responder = anActor('responder', { id: 'p2', name: 'Grace' })

/** For tests: an incident that was just opened, out of thin air. */
export const anIncident = (more: Partial<Incident> = {}): Incident => ({
  num: 1,
  id: '01940000-0000-7000-8000-000000000001',
  version: 1,
  title: 'Checkout fails',
  severity: 2,
  status: 'investigating',
  visibility: 'public',
  impact: 'none',
  startedAtMs: 0,
  openedAtMs: 0,
  identifiedAtMs: null,
  monitoringAtMs: null,
  resolvedAtMs: null,
  resolveAtMs: null,
  updatedAtMs: 0,
  nextUpdateAtMs: null,
  firstPublishedAtMs: null,
  ticketUrl: '',
  openedBy: 'person:p1',
  reopenedCount: 0,
  components: [],
  updates: [],
  roles: [],
  ticks: [],
  reminded: { updateDueMs: null, steps: [] },
  timeline: emptyHead,
  ...more,
})

export const anIncidentComponent = (id: string, more: Partial<IncidentComponent> = {}): IncidentComponent => ({
  num: 1,
  id,
  name: `The ${id}`,
  critical: false,
  visibility: 'public',
  worstStatus: 'outage',
  joinedAtMs: 0,
  recoveredAtMs: null,
  isRoot: false,
  ...more,
})

export const anUpdate = (more: Partial<IncidentUpdate> = {}): IncidentUpdate => ({
  id: 'u1',
  seq: 1,
  status: 'investigating',
  body: 'We are looking into it.',
  state: 'draft',
  author: 'Ada',
  createdAtMs: 0,
  updatedAtMs: 0,
  publishedAtMs: null,
  nextUpdateAtMs: null,
  affected: [],
  ...more,
})

/** For tests: the service's parts and incidents on a real database, and an outbox that remembers what committed. */
export async function incidentHarness(inputs: readonly ComponentInput[] = []) {
  const service = await serviceHarness(inputs)
  const events: OutgoingEvent[] = []
  const outbox = {
    add: async (tx: { afterCommit(action: () => void): void }, added: readonly OutgoingEvent[]) =>
      tx.afterCommit(() => events.push(...added)),
  }
  const deps = { ...service, outbox }
  return {
    ...deps,
    events,
    /** Names of the events so far, in order. */
    told: () => events.map(({ type }) => type.replace(/^akashic\.incident\.|\.v1$/g, '')),
    open: (more: Partial<OpenIncident> = {}, actor: Actor = operator) =>
      openIncident(deps, actor, {
        title: 'Checkout fails',
        severity: 2,
        visibility: 'public',
        componentIds: [],
        body: '',
        publish: false,
        nextUpdateAtMs: null,
        startedAtMs: null,
        ...more,
      }),
    read: (id: string) => service.db.transaction((tx) => claimIncident(tx, responder.principal, id, null)),
    turn: (id: string, verdict: Verdict) => service.apply(aVerdict(id, verdict, service.clock.now())),
    actions: async () =>
      (await listAudit(service, systemActor('status').principal, { limit: 200, cursor: '', subject: '' })).entries
        .map(({ action }) => action)
        .filter((action) => !action.startsWith('component.'))
        .reverse(),
  }
}

export type IncidentHarness = Awaited<ReturnType<typeof incidentHarness>>
