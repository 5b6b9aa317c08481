import fc from 'fast-check'
import type { Status } from '../model.ts'
import { bannerOf, type Picture, type Spoken } from './banner.ts'

const well: Spoken = { name: 'Web Application', status: 'operational' }

function banner(overall: Status, components: readonly Spoken[], changes: Partial<Picture> = {}) {
  return bannerOf({ overall, isBlind: false, isStale: false, components, incidents: [], ...changes })
}

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

  test('says that nothing is watched while there are no components', () => {
    expect(banner('operational', [])).toMatchObject({ tone: 'unknown', headline: 'Nothing is being watched yet' })
  })

  test('is never the green of a live and seeing page when it is stale, blind or overall is not operational', () => {
    const statuses: Status[] = ['operational', 'degraded', 'partial_outage', 'outage', 'maintenance', 'unknown']
    const component = fc.record({ name: fc.string({ minLength: 1 }), status: fc.constantFrom(...statuses) })
    fc.assert(
      fc.property(
        fc.constantFrom<Status>('operational', 'degraded', 'outage', 'unknown'),
        fc.array(component),
        fc.boolean(),
        fc.boolean(),
        (overall, components, isBlind, isStale) => {
          const { tone, headline } = bannerOf({ overall, isBlind, isStale, components, incidents: [] })
          expect(headline).not.toBe('')
          if (isBlind || isStale || overall !== 'operational') expect(tone).not.toBe('operational')
          if (components.some(({ status }) => status !== 'operational' && status !== 'maintenance')) {
            expect(headline).not.toContain('ll systems operational')
          }
        },
      ),
    )
  })
})
