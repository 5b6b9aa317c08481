import { Registry } from 'prom-client'
import { operator } from '../incident/incident-harness.ts'
import { addUpdate } from '../incident/update.ts'
import { aComponent } from '../service-harness.ts'
import { mergeIncidents } from './merge-incidents.ts'
import { policyHarness, type PolicyHarness } from './policy-harness.ts'
import { createPolicyMetrics } from './policy-metrics.ts'

let service: PolicyHarness
beforeEach(async () => {
  service = await policyHarness([aComponent('web'), aComponent('mail')], { name: 'any' })
  await service.become({ web: 'outage', mail: 'outage' })
})
afterEach(() => service.close())

test('nothing goes over into an incident that a person has resolved meanwhile', async () => {
  const [older, younger] = await service.incidents()
  const words = { body: '', publish: false, nextUpdateAtMs: null }
  await addUpdate(service, operator, { id: older!.id, version: null, status: 'resolved', ...words })
  const deps = { ...service, policies: () => [], metrics: createPolicyMetrics(new Registry()) }
  await service.db.transaction((tx) => mergeIncidents(deps, tx, { kind: 'merge', older: older!, younger: younger! }))
  expect(await service.incidents()).toMatchObject([
    { status: 'resolved', components: [{ id: 'web' }] },
    { status: 'investigating', components: [{ id: 'mail' }] },
  ])
})
