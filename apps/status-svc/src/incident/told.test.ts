import { minute } from '../service-harness.ts'
import { anIncident, anIncidentComponent, anUpdate } from './incident-harness.ts'
import { type Incident } from './incident.ts'
import { publicIncident } from './public-incident.ts'
import { publish, say } from './words.ts'

describe('what the public reads', () => {
  test('lags behind the operators while the words are drafts', () => {
    const said = (incident: Incident, id: string, status: Incident['status'], publish: boolean, nowMs: number) =>
      say(incident, { id, status, body: id, publish, nextUpdateAtMs: null, author: 'Ada', affected: [] }, nowMs)
        .incident
    let incident = said(anIncident(), 'a', 'investigating', true, minute)
    incident = said(incident, 'b', 'monitoring', true, 2 * minute)
    incident = said(incident, 'c', 'resolved', false, 3 * minute)
    expect(incident.status).toBe('resolved')
    expect(publicIncident(incident)).toMatchObject({
      status: 'monitoring',
      monitoringAtMs: 2 * minute,
      resolvedAtMs: null,
      nextUpdateAtMs: 22 * minute,
    })
    incident = publish(incident, 'c', 4 * minute).incident
    expect(publicIncident(incident)).toMatchObject({
      status: 'resolved',
      monitoringAtMs: 2 * minute,
      resolvedAtMs: 4 * minute,
      nextUpdateAtMs: null,
    })
    incident = said(incident, 'd', 'investigating', true, 5 * minute)
    expect(publicIncident(incident)).toMatchObject({ monitoringAtMs: null, resolvedAtMs: null })
  })

  test('is in the order in which it was published, whenever it was written', () => {
    const draft = anUpdate({
      id: 'early',
      status: 'investigating',
      state: 'draft',
      createdAtMs: 1,
      publishedAtMs: null,
    })
    const told = anUpdate({ id: 'late', status: 'identified', state: 'published', createdAtMs: 2, publishedAtMs: 3 })
    const { incident } = publish(anIncident({ updates: [draft, told] }), 'early', 4)
    expect(publicIncident(incident)!.updates.map(({ id }) => id)).toEqual(['early', 'late'])
  })

  test('is no worse than what its public components were', () => {
    const vault = anIncidentComponent('vault', { visibility: 'internal', critical: true, worstStatus: 'outage' })
    const web = anIncidentComponent('web', { worstStatus: 'degraded' })
    const updates = [anUpdate({ state: 'published', publishedAtMs: 1 })]
    expect(publicIncident(anIncident({ impact: 'critical', components: [web, vault], updates }))!.impact).toBe('minor')
  })

  test('names no internal component and no person, and says how long the first word took', () => {
    const affected = ['web', 'vault'].map((id) => ({
      id,
      name: id,
      oldStatus: 'operational' as const,
      newStatus: 'outage' as const,
    }))
    const incident = anIncident({
      startedAtMs: minute,
      firstPublishedAtMs: 5 * minute,
      components: [anIncidentComponent('web'), anIncidentComponent('vault', { num: 2, visibility: 'internal' })],
      updates: [anUpdate({ state: 'published', publishedAtMs: 5 * minute, affected })],
    })
    const shown = publicIncident(incident)
    expect(JSON.stringify(shown)).not.toMatch(/vault|Ada/)
    expect(shown).toMatchObject({ firstWordAfterMs: 4 * minute, components: [{ id: 'web' }] })
  })
})
