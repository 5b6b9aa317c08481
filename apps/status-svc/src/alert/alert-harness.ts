import type { ComponentInput } from '@akashic/config'
import type { Actor } from '@akashic/shared/audit'
import { incidentHarness, operator, responder } from '../incident/incident-harness.ts'
import type { AlertSignal } from './alert.ts'
import { listAlerts } from './list-alerts.ts'
import { raiseAlert } from './raise-alert.ts'

/** For tests: a signal that something fires, unless said otherwise. */
export const aSignal = (more: Partial<AlertSignal> = {}): AlertSignal => ({
  source: 'prometheus',
  fingerprint: 'high-error-rate',
  componentId: null,
  status: 'firing',
  severity: 'critical',
  summary: 'One request in ten fails.',
  startedAtMs: null,
  ...more,
})

/** For tests: incidents and alerts on a real database. */
export async function alertHarness(inputs: readonly ComponentInput[] = []) {
  const service = await incidentHarness(inputs)
  return {
    ...service,
    raise: (more: Partial<AlertSignal> = {}, actor: Actor = operator) => raiseAlert(service, actor, aSignal(more)),
    list: async (more: object = {}, actor: Actor = responder) => {
      const all = { limit: 0, cursor: '', status: null, source: '', componentId: '' }
      return listAlerts(service, actor.principal, { ...all, ...more })
    },
    /** Names of the events of alerts so far, in order. */
    toldOfAlerts: () =>
      service.events.filter(({ type }) => type.startsWith('akashic.alert.')).map(({ type }) => type.split('.')[2]!),
  }
}

export type AlertHarness = Awaited<ReturnType<typeof alertHarness>>
