import { raiseAlert } from '../alert/raise-alert.ts'
import { incidentHarness, operator, responder, type IncidentHarness } from '../incident/incident-harness.ts'
import { aComponent } from '../service-harness.ts'
import { listAudit } from './list.ts'

let service: IncidentHarness
afterEach(() => service.close())

test('what was done to a restricted incident, and to its alerts, is there for responders alone', async () => {
  service = await incidentHarness([aComponent('web')])
  const { id } = await service.open({ title: 'Stolen key', visibility: 'restricted' }, responder)
  const open = await service.open({ title: 'Checkout fails' })
  const signal = {
    source: 'a',
    fingerprint: 'stolen',
    componentId: null,
    severity: 'critical',
    incidentId: id,
  } as const
  await raiseAlert(service, responder, {
    ...signal,
    status: 'firing',
    summary: 'It is used.',
    startedAtMs: null,
    assignee: null,
  })
  const all = { limit: 10, cursor: '', subject: '' }
  const forResponders = await listAudit(service, responder.principal, all)
  expect(forResponders.entries.map(({ action }) => action)).toEqual([
    'alert.fire',
    'incident.open',
    'incident.open',
    'component.create',
  ])
  const forOthers = await listAudit(service, operator.principal, all)
  expect(forOthers.entries.map(({ subject }) => subject)).toEqual([open.id, 'web'])
  expect((await listAudit(service, operator.principal, { ...all, subject: id })).entries).toEqual([])
})
