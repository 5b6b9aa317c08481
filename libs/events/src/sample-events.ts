import type { OutgoingEvent } from '@akashic/shared/events'
import { aiEvents } from './ai.ts'
import { alertEvents } from './alert.ts'
import { makeEvent, type EventOrigin } from './event-definition.ts'
import { infraEvents } from './infra.ts'
import { incidentEvents, type IncidentEventData } from './incident.ts'
import { maintenanceEvents } from './maintenance.ts'
import { statusEvents } from './status.ts'

const id = '01a209e9-ed10-7f39-8490-59f2a4e7230e'
const startedAt = '2026-11-23T19:37:00.000Z'
const laterAt = '2026-11-23T19:52:00.000Z'

const aRequest = '01a20a2b-11f0-7d3c-9c55-7a1c3b9e5f60'

const incident: IncidentEventData<'opened'> = {
  id,
  severity: 'SEV-2',
  status: 'investigating',
  visibility: 'public',
  title: 'Checkout is down',
  impact: 'major',
  components: [{ id: 'checkout', worstStatus: 'outage', isRoot: true }],
  componentCount: 1,
  startedAt,
  nextUpdateAt: laterAt,
}

const update = {
  id: '01a209e9-ed10-77c0-a0bd-2e49764aa779',
  status: 'investigating',
  body: 'Payments fail. We are looking into it.',
  publishedAt: startedAt,
} as const

const maintenance = {
  id: '01a20a11-2b60-7a44-9d0e-5b1f0c7d2e90',
  visibility: 'public' as const,
  title: 'Move the database',
  components: ['database'],
  scheduledFor: startedAt,
  scheduledUntil: laterAt,
}

const alert = {
  id: '01a209ef-6b50-7c12-8d3a-91f40e6b7c55',
  source: 'incident',
  fingerprint: `update_overdue:${id}`,
  severity: 'warning',
  incidentVisibility: 'public',
  summary: 'The public was promised word of "Checkout is down" by 19:42 UTC.',
  assignee: { role: 'communications_lead', person: 'Ada' },
  firedAt: startedAt,
} as const

const workload = { kind: 'Deployment', namespace: 'shop', name: 'checkout' }
const finding = {
  cluster: 'main',
  findingId: '5f0c1d3b9a7e4c21',
  rule: 'pod-image-pull',
  severity: 'critical',
  object: workload,
  reason: 'ImagePullBackOff',
  summary: 'Container app cannot get its image shop/checkout:2.4: the registry has no such image.',
} as const
const diagnosed = {
  cluster: 'main',
  diagnosisId: aRequest,
  verdict: 'cause_established',
  summary: 'Deployment shop/checkout: its container app asks for shop/checkout:2.4: the registry has no such image.',
  cause: workload,
} as const
const seen = {
  cluster: 'main',
  changeId: '9b2e6d10c4f83a57',
  kind: 'rollout',
  object: workload,
  by: 'kubectl-set',
  summary: 'Deployment shop/checkout rolled out: containers[app].image: shop/checkout:2.3 -> shop/checkout:2.4.',
} as const

/** One event of every kind, as the documents show them. */
export function sampleEvents(origin: EventOrigin): readonly OutgoingEvent[] {
  const ofIncident = { id, incidentId: id }
  const resolved = { ...incident, status: 'resolved', oldStatus: 'monitoring' } as const
  const url = `/incidents/${id}`
  const component = { id: 'checkout', visibility: 'public', critical: true } as const
  const turn = { oldStatus: 'operational', status: 'outage', since: startedAt } as const
  return [
    makeEvent(incidentEvents.opened, ofIncident, incident, origin),
    makeEvent(incidentEvents.updated, ofIncident, { ...incident, change: 'published', update }, origin),
    makeEvent(
      incidentEvents.status_changed,
      ofIncident,
      { ...incident, status: 'identified', oldStatus: 'investigating' },
      origin,
    ),
    makeEvent(incidentEvents.resolved, ofIncident, { ...resolved, resolvedAt: laterAt }, origin),
    makeEvent(incidentEvents.reopened, ofIncident, { ...incident, oldStatus: 'resolved', reopenedCount: 1 }, origin),
    makeEvent(incidentEvents.postmortem_published, ofIncident, { ...incident, status: 'postmortem', url }, origin),
    makeEvent(maintenanceEvents.started, maintenance, { ...maintenance, status: 'in_progress' }, origin),
    makeEvent(maintenanceEvents.ended, maintenance, { ...maintenance, status: 'completed' }, origin),
    makeEvent(alertEvents.fired, { id: alert.id, incidentId: id }, alert, origin),
    makeEvent(alertEvents.resolved, { id: alert.id, incidentId: id }, { ...alert, resolvedAt: laterAt }, origin),
    makeEvent(
      statusEvents.component_changed,
      component,
      { ...component, ...turn, error: 'It refuses connections.' },
      origin,
    ),
    makeEvent(statusEvents.pulse, { id: 'pulse' }, { round: 4_711, begunAt: startedAt }, origin),
    ...aiSamples(origin),
  ]
}

function aiSamples(origin: EventOrigin): readonly OutgoingEvent[] {
  const [provider, model, at] = ['openai', 'gpt-4o', startedAt]
  const message = 'openai: the account has no money left (insufficient_quota).'
  const turn = { status: 'failed', oldStatus: 'healthy', problem: 'quota_exhausted', message } as const
  const opened = {
    status: 'open',
    oldStatus: 'closed',
    reason: 'quota_exhausted',
    failures: 1,
    nextTrialAt: laterAt,
  } as const
  const switched = { status: 'switched', from: 'openai/gpt-4o', to: 'azure/gpt-4o', reason: 'quota_exhausted' } as const
  const noticed = { status: 'firing', signal: 'repetition', afterResponses: 4 } as const
  const done = { id: aRequest, status: 'succeeded', provider: 'azure', model, attempts: 3 } as const
  return [
    makeEvent(aiEvents.health_changed, { id: provider }, { provider, ...turn, at }, origin),
    makeEvent(aiEvents.circuit_changed, { id: `${provider}/${model}` }, { provider, model, ...opened, at }, origin),
    makeEvent(aiEvents.failover, { id: model }, { model, ...switched, at }, origin),
    makeEvent(aiEvents.quality_alert, { id: `${provider}/${model}` }, { provider, model, ...noticed, at }, origin),
    makeEvent(aiEvents.request_completed, { id: aRequest }, { ...done, at }, origin),
    makeEvent(infraEvents.finding_opened, { id: finding.findingId }, { ...finding, at }, origin),
    makeEvent(infraEvents.finding_resolved, { id: finding.findingId }, { ...finding, at }, origin),
    makeEvent(infraEvents.diagnosis_completed, { id: aRequest }, { ...diagnosed, at }, origin),
    makeEvent(infraEvents.change_seen, { id: seen.changeId }, { ...seen, at }, origin),
  ]
}
