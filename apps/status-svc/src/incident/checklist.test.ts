import fc from 'fast-check'
import { minute } from '../service-harness.ts'
import { checklist, seenBySystem, shownChecklist } from './checklist.ts'
import { anIncident, anIncidentComponent, anUpdate } from './incident-harness.ts'
import { type Incident } from './incident.ts'
import { lived } from './lived-harness.ts'
import { settle } from './settle.ts'
import { ticked, unticked } from './tick-item.ts'

describe('the checklist', () => {
  const settled = (more: Partial<Incident>) =>
    settle({ incident: anIncident(more), happenings: [{ kind: 'opened', body: {} }] }, 7).incident
  const systemTicks = (incident: Incident) => incident.ticks.filter((tick) => tick.isBySystem).map((tick) => tick.key)

  test('has every item of the five steps, with deadlines of 5 and 10 minutes on the first two', () => {
    const shown = shownChecklist(anIncident(), 0)
    const counts = [1, 2, 3, 4, 5].map((step) => shown.filter((item) => item.step === step).length)
    expect(counts).toEqual([5, 4, 4, 4, 3])
    expect(new Set(shown.map((item) => item.key)).size).toBe(20)
    expect([...new Set(shown.map((item) => `${item.step}:${item.dueAtMs}`))]).toEqual([
      `1:${5 * minute}`,
      `2:${10 * minute}`,
      '3:null',
      '4:null',
      '5:null',
    ])
  })

  test('is ticked by the system where it sees the evidence, and unticked when the evidence goes', () => {
    expect(systemTicks(settled({}))).toEqual(['assess.severity'])
    const withTicket = settled({ ticketUrl: 'https://tickets.example.org/7' })
    expect(withTicket.ticks.find((tick) => tick.key === 'communicate.ticket')).toEqual({
      key: 'communicate.ticket',
      atMs: 7,
      by: 'system',
      isBySystem: true,
      evidence: 'https://tickets.example.org/7',
    })
    const without = settle(
      { incident: { ...withTicket, ticketUrl: '' }, happenings: [{ kind: 'changed', body: {} }] },
      9,
    )
    expect(systemTicks(without.incident)).toEqual(['assess.severity'])
    expect(without.happenings.at(-1)).toMatchObject({ kind: 'checklist_unticked', body: { key: 'communicate.ticket' } })
  })

  test('sees a commander, a diagnosis, what the public was told, a recovery, the watch over it and the postmortem', () => {
    const incident = anIncident({
      status: 'resolved',
      severity: 1,
      roles: [{ role: 'incident_commander', person: 'Grace', sinceMs: 0 }],
      identifiedAtMs: 1,
      monitoringAtMs: 2,
      resolvedAtMs: 3,
      components: [anIncidentComponent('web', { recoveredAtMs: 2 })],
      updates: [anUpdate({ state: 'published', status: 'resolved', publishedAtMs: 3 })],
    })
    expect([...seenBySystem(incident).keys()].sort()).toEqual([
      'assess.impact',
      'assess.severity',
      'assess.status_page',
      'communicate.commander',
      'communicate.status_page',
      'investigate.root_cause',
      'learn.postmortem',
      'resolve.recovery',
      'resolve.stability',
      'resolve.stakeholders',
    ])
  })

  test('is ticked by people with name, time and evidence, who can take back their own ticks and not the system’s', () => {
    const by = { key: 'investigate.logs', evidence: 'https://logs.example.org', by: 'Ada' }
    const done = ticked(anIncident(), by, 4).incident
    expect(done.ticks).toEqual([{ ...by, atMs: 4, isBySystem: false }])
    expect(ticked(done, { ...by, evidence: '' }, 5).happenings).toEqual([])
    expect(unticked(done, by.key).incident.ticks).toEqual([])
    expect(() => unticked(settled({}), 'assess.severity')).toThrow('The system sees assess.severity done: SEV-2.')
  })

  test('that the system ticked is ticked by a person who has evidence of their own', () => {
    const system = { key: 'assess.severity', atMs: 1, by: 'system', isBySystem: true, evidence: 'SEV-2' }
    const incident = anIncident({ ticks: [system] })
    const by = { key: system.key, evidence: '', by: 'Ada' }
    expect(ticked(incident, by, 2)).toEqual({ incident, happenings: [] })
    const seen = ticked(incident, { ...by, evidence: 'https://graphs.example/1' }, 2).incident.ticks
    expect(seen).toEqual([
      { key: system.key, by: 'Ada', evidence: 'https://graphs.example/1', atMs: 2, isBySystem: false },
    ])
  })
})

test('every item of the checklist that the system can tick is one of the checklist', () => {
  const keys = new Set(checklist.map((item) => item.key))
  fc.assert(
    fc.property(lived, (incident) => {
      for (const key of seenBySystem(incident).keys()) expect(keys).toContain(key)
    }),
  )
})
