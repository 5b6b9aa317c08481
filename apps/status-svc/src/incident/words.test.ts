import fc from 'fast-check'
import { minute } from '../service-harness.ts'
import { anIncident, anUpdate } from './incident-harness.ts'
import { isOpen } from './incident.ts'
import { lived } from './lived-harness.ts'
import { publicIncident } from './public-incident.ts'
import { toldStatus } from './told.ts'
import { edit, publish, say, withdraw } from './words.ts'

describe('the words of an incident', () => {
  test('are read by the public only when they were published of a public incident and not withdrawn', () => {
    fc.assert(
      fc.property(lived, (incident) => {
        const shown = publicIncident(incident)
        const told = incident.updates
          .filter(({ state }) => state === 'published')
          .toSorted((a, b) => a.publishedAtMs! - b.publishedAtMs!)
        if (incident.visibility !== 'public') expect(told).toEqual([])
        expect(shown === null).toBe(told.length === 0)
        expect((shown?.updates ?? []).map(({ id }) => id).reverse()).toEqual(told.map(({ id }) => id))
        expect(shown?.status ?? null).toBe(told.at(-1)?.status ?? null)
        expect(shown?.status ?? null).toBe(toldStatus(incident))
      }),
    )
  })

  test('always promise the next ones while a public incident is open and something was said', () => {
    fc.assert(
      fc.property(lived, (incident) => {
        if (incident.visibility !== 'public' || !isOpen(incident) || toldStatus(incident) === null) return
        expect(incident.nextUpdateAtMs).not.toBeNull()
      }),
    )
  })

  test('are promised 20 minutes ahead, 15 when the outage is complete, or as was said', () => {
    const draft = anIncident({ updates: [anUpdate()] })
    expect(publish(draft, 'u1', 0).incident.nextUpdateAtMs).toBe(20 * minute)
    expect(publish({ ...draft, impact: 'critical' }, 'u1', 0).incident.nextUpdateAtMs).toBe(15 * minute)
    const promised = anIncident({ updates: [anUpdate({ nextUpdateAtMs: 7 * minute })] })
    expect(publish(promised, 'u1', 0).incident.nextUpdateAtMs).toBe(7 * minute)
    expect(publish(promised, 'u1', 8 * minute).incident.nextUpdateAtMs).toBe(28 * minute)
  })

  test('that were the only ones and are taken back leave a word due within 5 minutes', () => {
    const told = publish(anIncident({ updates: [anUpdate()] }), 'u1', 0).incident
    const { incident, happenings } = withdraw(told, 'u1', 'wrong page', minute)
    expect(incident.nextUpdateAtMs).toBe(6 * minute)
    expect(happenings).toEqual([
      {
        kind: 'update_withdrawn',
        body: { updateId: 'u1', state: 'published', original: 'We are looking into it.', reason: 'wrong page' },
      },
    ])
  })

  test('keep their original in what happened when they are edited, and cannot be edited once withdrawn', () => {
    const incident = anIncident({ updates: [anUpdate()] })
    expect(edit(incident, 'u1', 'Now this.', 1).happenings[0]!.body).toMatchObject({
      original: 'We are looking into it.',
      body: 'Now this.',
    })
    const gone = withdraw(incident, 'u1', 'x', 1).incident
    expect(() => edit(gone, 'u1', 'Again', 2)).toThrow('was withdrawn')
    expect(() => publish(gone, 'u1', 2)).toThrow('was withdrawn')
    expect(() => edit(incident, 'u9', 'x', 2)).toThrow('no update u9')
  })

  test('to nobody and without a move are refused', () => {
    const nothing = { id: 'u', body: '', nextUpdateAtMs: null, author: 'Ada', affected: [] }
    expect(() => say(anIncident(), { ...nothing, status: 'investigating', publish: false }, 1)).toThrow('body')
    expect(() => say(anIncident(), { ...nothing, status: 'resolved', publish: true }, 1)).toThrow('body')
    expect(say(anIncident(), { ...nothing, status: 'resolved', publish: false }, 1).incident.updates).toEqual([])
  })
})
