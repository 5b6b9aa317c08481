import fc from 'fast-check'
import type { Status } from '../model.ts'
import { bannerOf, type Picture, type Spoken, type SpokenIncident } from './banner.ts'

const well: Spoken = { name: 'Web Application', status: 'operational' }

function banner(overall: Status, components: readonly Spoken[], changes: Partial<Picture> = {}) {
  return bannerOf({ overall, isBlind: false, isStale: false, components, incidents: [], ...changes })
}

const spoken = (changes: Partial<SpokenIncident> = {}): SpokenIncident => ({
  title: 'Payments fail for some',
  status: 'identified',
  impact: 'major',
  startedAtMs: 1_000,
  ...changes,
})

describe('the banner', () => {
  test('says that all is well only when every component is', () => {
    expect(banner('operational', [well])).toEqual({
      tone: 'operational',
      word: 'Operational',
      headline: 'All systems operational',
      note: '',
    })
    const slow: Spoken = { name: 'Search', status: 'degraded' }
    expect(banner('operational', [well, slow])).toEqual({
      tone: 'operational',
      word: 'Operational',
      headline: 'Main systems operational',
      note: 'Search is degraded.',
    })
  })

  test('names what is down, and what is down because of it in the note', () => {
    const down: Spoken[] = [
      { name: 'Checkout', status: 'outage', causedBy: 'Database' },
      { name: 'Database', status: 'outage' },
    ]
    expect(banner('outage', [well, ...down])).toEqual({
      tone: 'outage',
      word: 'Outage',
      headline: 'Database is down',
      note: 'Checkout is down because of it.',
    })
  })

  test('counts instead of naming when more than three are down, and leaves the rest to the rows', () => {
    const down = ['A', 'B', 'C', 'D'].map((name): Spoken => ({ name, status: 'outage' }))
    const others: Spoken[] = [
      { name: 'E', status: 'partial_outage' },
      { name: 'F', status: 'degraded' },
      { name: 'G', status: 'unknown' },
    ]
    const { headline, note } = banner('outage', [...down, ...others])
    expect(headline).toBe('4 services are down')
    expect(note).toBe('E is partly down. F is degraded. More below.')
  })

  test('says plainly that it does not know', () => {
    expect(
      banner('unknown', [
        { name: 'Search', status: 'degraded' },
        { name: 'Database', status: 'unknown' },
      ]),
    ).toEqual({
      tone: 'unknown',
      word: 'Unknown',
      headline: 'We do not know how Database is doing',
      note: 'Search is degraded.',
    })
  })

  test('calls a picture that nobody can vouch for the last known one', () => {
    expect(banner('operational', [well], { isStale: true })).toMatchObject({
      tone: 'unknown',
      headline: 'Last known: all systems operational',
    })
  })

  test('says of a blind checker that it cannot see, whatever the components are called', () => {
    expect(banner('outage', [{ name: 'Database', status: 'outage' }], { isBlind: true })).toMatchObject({
      tone: 'unknown',
      headline: 'We cannot see the services right now',
    })
  })

  test('lets an incident speak first, since when it is, and what is measured after it', () => {
    const incidents = [spoken()]
    expect(banner('outage', [well, { name: 'Database', status: 'outage' }], { incidents })).toEqual({
      tone: 'outage',
      word: 'Outage',
      headline: 'Payments fail for some',
      note: 'Database is down.',
      sinceMs: 1_000,
    })
    const unknown = banner('unknown', [{ name: 'Database', status: 'unknown' }], { incidents })
    expect(unknown).toMatchObject({ tone: 'unknown', note: 'We do not know how Database is doing.' })
  })

  test('loses its green to an open incident, though the checks see nothing', () => {
    expect(banner('operational', [well], { incidents: [spoken()] })).toMatchObject({
      tone: 'degraded',
      word: 'Open incident',
      headline: 'Payments fail for some',
      note: 'Our checks see no fault.',
    })
  })

  test('keeps its green while an incident is no more than watched, and says that it is', () => {
    const incidents = [spoken({ status: 'monitoring' })]
    expect(banner('operational', [well], { incidents })).toMatchObject({
      tone: 'operational',
      headline: 'All systems operational, one incident is being watched',
    })
    expect(banner('operational', [well], { incidents: [spoken({ impact: 'none' })] }).headline).toBe(
      'All systems operational, one incident is open',
    )
  })

  test('names the worst of several incidents, counts the others, and says nothing twice', () => {
    const incidents = [spoken({ title: 'Search is slow', impact: 'minor' }), spoken({ title: 'Database is down' })]
    const { headline, note } = banner('outage', [{ name: 'Database', status: 'outage' }], { incidents })
    expect(headline).toBe('Database is down')
    expect(note).toBe('One more incident is open.')
  })

  test('quotes an incident as it is written when nobody can vouch for the picture', () => {
    const { tone, headline } = banner('operational', [well], { incidents: [spoken()], isStale: true })
    expect([tone, headline]).toEqual(['unknown', 'Last known: Payments fail for some'])
  })

  test('says that nothing is watched while there are no components', () => {
    expect(banner('operational', [])).toMatchObject({ tone: 'unknown', headline: 'Nothing is being watched yet' })
  })

  test('is never the green of a live and seeing page when it is stale, blind, overall is not operational or an incident is open', () => {
    const statuses: Status[] = ['operational', 'degraded', 'partial_outage', 'outage', 'maintenance', 'unknown']
    const component = fc.record({ name: fc.string({ minLength: 1 }), status: fc.constantFrom(...statuses) })
    const incident = fc.record({
      title: fc.constantFrom('Payments fail', 'Search is slow'),
      status: fc.constantFrom('identified' as const, 'monitoring' as const),
      impact: fc.constantFrom('none' as const, 'minor' as const, 'major' as const),
      startedAtMs: fc.nat(),
    })
    fc.assert(
      fc.property(
        fc.constantFrom<Status>('operational', 'degraded', 'outage', 'unknown'),
        fc.array(component),
        fc.boolean(),
        fc.boolean(),
        fc.array(incident, { maxLength: 3 }),
        (overall, components, isBlind, isStale, incidents) => {
          const { tone, headline } = bannerOf({ overall, isBlind, isStale, components, incidents })
          expect(headline).not.toBe('')
          if (isBlind || isStale || overall !== 'operational') expect(tone).not.toBe('operational')
          if (incidents.some(({ status, impact }) => status === 'identified' && impact === 'major')) {
            expect(tone).not.toBe('operational')
          }
          if (components.some(({ status }) => status !== 'operational' && status !== 'maintenance')) {
            expect(headline).not.toContain('ll systems operational')
          }
        },
      ),
    )
  })
})
