import { paintFor } from '../terminal/paint.ts'
import { renderPicture } from './render-picture.ts'
import type { ShownComponent, StatusPicture } from './status-picture.ts'
import { changeLines } from './tell-changes.ts'

const now = Date.parse('2026-11-23T14:05:00Z')
const plain = { paint: paintFor(false), columns: 100, program: 'akashic' }
const day = { ratio: 0.9998, knownMs: 86_400_000, unknownMs: 0 }

function aComponent(over: Partial<ShownComponent> = {}): ShownComponent {
  return {
    id: 'web',
    name: 'Web',
    group: 'Product',
    status: 'operational',
    since: '2026-11-23T14:02:00.000Z',
    responseTimeMs: 12.3,
    lastChecked: '2026-11-23T14:04:59.000Z',
    ...over,
  }
}

function aPicture(components: ShownComponent[], over: Partial<StatusPicture> = {}): StatusPicture {
  return {
    overall: 'operational',
    isBlind: false,
    components,
    uptime: { last24h: day, last7d: day, last30d: day, last90d: day },
    generatedAt: '2026-11-23T14:04:59.000Z',
    ...over,
  }
}

function rendered(picture: StatusPicture, publicOnlyBecause: string | null = null): string[] {
  return renderPicture({ picture, incidents: [], publicOnlyBecause }, plain, now)
}

test('the verdict comes first, then what is wrong, worst first, then what is well, then what to do', () => {
  const picture = aPicture(
    [
      aComponent({ id: 'mail', name: 'Mail', status: 'degraded', error: 'slow: took 2 s' }),
      aComponent({ id: 'docs', name: 'Docs' }),
      aComponent({ id: 'db', name: 'Database', status: 'outage', error: 'connection refused' }),
    ],
    { overall: 'outage', overallSince: '2026-11-23T14:02:00.000Z' },
  )
  expect(rendered(picture)).toEqual([
    '✖ OUTAGE since 14:02 UTC (3 min): 1 out, 1 degraded, 1 operational',
    '',
    '  ✖ outage    Database  connection refused  since 14:02 UTC (3 min)',
    '  ▲ degraded  Mail      slow: took 2 s      since 14:02 UTC (3 min)',
    '',
    '  ● operational  Docs  Product  12 ms',
    '',
    'Uptime   24 h 99.98 %   7 d 99.98 %   30 d 99.98 %   90 d 99.98 %',
    '',
    'Next:',
    '  akashic component show db',
    '  akashic component show mail',
  ])
})

test('a component that fails because of another names it, and the advice is to look at that other one', () => {
  const lines = rendered(
    aPicture([
      aComponent({ status: 'outage', causedBy: 'db' }),
      aComponent({
        id: 'db',
        name: 'Database',
        status: 'outage',
        errorDetail: 'ECONNREFUSED 10.0.0.1:5432',
        error: 'x',
      }),
    ]),
  )
  expect(lines.join('\n')).toContain('caused by Database')
  expect(lines.join('\n')).toContain('ECONNREFUSED 10.0.0.1:5432')
  expect(lines.slice(lines.indexOf('Next:') + 1)).toEqual(['  akashic component show db'])
})

test('a flapping component is among what is wrong although it is up just now', () => {
  const lines = rendered(aPicture([aComponent({ flappingSince: '2026-11-23T13:00:00.000Z' })]))
  expect(lines.join('\n')).toContain('flapping since 13:00 UTC')
  expect(lines).toContain('Next:')
})

test('what is old, blind, or told otherwise on the page is said right after the verdict', () => {
  const picture = aPicture([], { stale: true, ageMs: 125_000, isBlind: true, overallPublic: 'degraded' })
  expect(rendered(picture).slice(1, 4)).toEqual([
    'This is what was known 2 min ago: the status service or its database does not answer.',
    'The checker cannot see: its own network is broken, and no verdict is made.',
    'The status page says: degraded.',
  ])
})

test('uptime of which little is known says how little', () => {
  const young = { ratio: 1, knownMs: 120_000, unknownMs: 90 * 86_400_000 }
  const picture = aPicture([], { uptime: { last24h: young, last7d: young, last30d: young, last90d: young } })
  expect(rendered(picture).join('\n')).toContain('90 d 100 %   (of 90 d, 2 min known)')
})

test('without a key the reason is told that only the public part is shown', () => {
  expect(rendered(aPicture([]), 'AKASHIC_API_KEY is not set')).toContain(
    'Public view only: AKASHIC_API_KEY is not set.',
  )
})

test('an empty installation says so', () => {
  expect(rendered(aPicture([], { overall: 'unknown' }))[0]).toBe('? UNKNOWN: no components yet')
})

test('a change is one line with its time, from what to what, and why', () => {
  const before = aPicture([aComponent(), aComponent({ id: 'gone' })])
  const after = aPicture([aComponent({ status: 'outage', error: 'connection\nrefused' })], { overall: 'outage' })
  expect(changeLines(before, after)).toEqual([
    '2026-11-23T14:04:59.000Z overall outage',
    '2026-11-23T14:02:00.000Z web operational -> outage: connection refused',
    '2026-11-23T14:04:59.000Z gone removed',
  ])
  expect(changeLines(after, after)).toEqual([])
})

test('a component that was never checked says so, and the advice is to wait and see', () => {
  const lines = rendered(aPicture([aComponent({ status: 'unknown', lastChecked: null })], { overall: 'unknown' }))
  expect(lines[2]).toContain('not checked yet')
  expect(lines.at(-1)).toBe('  akashic status --watch')
})

test('no line is longer than a narrow terminal', () => {
  const picture = aPicture([
    aComponent({ status: 'outage', error: 'a sentence that says much more than such a terminal can show at once' }),
    aComponent({ id: 'b', group: 'A group with quite a long name', visibility: 'internal' }),
  ])
  const lines = renderPicture({ picture, incidents: [], publicOnlyBecause: null }, { ...plain, columns: 60 }, now)
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(60)
})

test('open incidents are named as the public is told of them, with where to look', () => {
  const incident = { id: 'inc-1', title: 'Checkout is down', status: 'identified', impact: 'major' } as const
  const picture = aPicture([aComponent({})])
  const lines = renderPicture({ picture, incidents: [incident], publicOnlyBecause: null }, plain, now)
  expect(lines).toContain('Open incidents, as the public is told:')
  expect(lines.join('\n')).toMatch(/identified +Checkout is down +impact major +akashic incident show inc-1/)
})
