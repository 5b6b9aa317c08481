import { anIncidentComponent } from '../incident/incident-harness.ts'
import { labelsOfAlert, labelsOfIncident } from './labels.ts'

const anAlert = {
  ...{ source: 'prometheus', severity: 'critical' as const },
  labels: { alertname: 'Down', severity: 'page', job: 'api', source: 'mine' },
  component: { num: 1, id: 'web', visibility: 'public' as const },
}
const groupOf = (id: string) => (id === 'web' ? 'Shop' : null)

test('an alert is known by its own labels, and by what is known of it here before them', () => {
  expect(labelsOfAlert(anAlert, groupOf)).toEqual({
    ...{ alertname: 'Down', job: 'api', severity: 'critical', source: 'prometheus', component: 'web', group: 'Shop' },
  })
  const loose = { ...anAlert, component: null, labels: { alertname: 'Down', component: 'elsewhere', group: 'Mine' } }
  expect(labelsOfAlert(loose, groupOf)).toMatchObject({ component: 'elsewhere', group: 'Mine' })
})

test('an incident is known by each of its components that is not well, and by each alert that fires', () => {
  const components = [
    anIncidentComponent('web'),
    anIncidentComponent('mail', { worstStatus: 'degraded' }),
    anIncidentComponent('over', { recoveredAtMs: 5 }),
    anIncidentComponent('well', { worstStatus: 'operational' }),
  ]
  const firing = { ...anAlert, num: 1, id: 'a1', version: 1, fingerprint: 'f', status: 'firing' as const, summary: '' }
  const rest = { assignee: null, incident: null, firedAtMs: 0, heardAtMs: 0, lastSeenAtMs: 0, resolvedAtMs: null }
  expect(labelsOfIncident({ severity: 2, components }, [{ ...firing, ...rest }], groupOf)).toEqual([
    { source: 'check', component: 'web', group: 'Shop', severity: 'critical', incident_severity: 'SEV-2' },
    { source: 'check', component: 'mail', group: '', severity: 'critical', incident_severity: 'SEV-2' },
    labelsOfAlert(anAlert, groupOf),
  ])
})
