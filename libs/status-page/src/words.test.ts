import fc from 'fast-check'
import type { Status } from './model.ts'
import { bannerOf, formatResponseTime, troubleSentence, type Picture, type Spoken } from './words.ts'

const well: Spoken = { name: 'Web Application', status: 'operational' }

function banner(overall: Status, components: readonly Spoken[], changes: Partial<Picture> = {}) {
  return bannerOf({ overall, isBlind: false, isStale: false, components, ...changes })
}

describe('the banner', () => {
  test('says that all is well only when every component is', () => {
    expect(banner('operational', [well])).toEqual({
      tone: 'operational',
      headline: 'All systems operational',
      note: '',
    })
    const slow: Spoken = { name: 'Search', status: 'degraded' }
    expect(banner('operational', [well, slow])).toEqual({
      tone: 'operational',
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
          const { tone, headline } = bannerOf({ overall, isBlind, isStale, components })
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

describe('the sentence of a component in trouble', () => {
  const trouble = { wasChecked: true, isFlapping: false }

  test('is the error, as a sentence', () => {
    expect(troubleSentence({ ...trouble, status: 'outage', error: 'connection refused' })).toBe('Connection refused')
  })

  test('tells a component that was never checked from one that is not checked any more', () => {
    expect(troubleSentence({ ...trouble, status: 'unknown', wasChecked: false })).toBe('Not checked yet')
    expect(troubleSentence({ ...trouble, status: 'unknown' })).toBe('Not checked lately')
  })

  test('says that a component goes up and down', () => {
    const sentence = troubleSentence({ ...trouble, status: 'degraded', error: 'timed out after 5 s', isFlapping: true })
    expect(sentence).toBe('Going up and down: timed out after 5 s')
  })
})

test('a response time has the unit that reads best', () => {
  expect([0.4, 112.4, 999.4, 1400].map(formatResponseTime)).toEqual(['<1 ms', '112 ms', '999 ms', '1.4 s'])
})
