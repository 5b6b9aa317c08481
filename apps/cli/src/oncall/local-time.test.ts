import { localAndUtc, localTime } from './local-time.ts'

test.each([
  ['2026-11-27T08:00:00Z', 'Europe/Berlin', 'Fri 2026-11-27 09:00 Europe/Berlin (08:00 UTC)'],
  ['2026-07-01T07:00:00Z', 'Europe/Berlin', 'Wed 2026-07-01 09:00 Europe/Berlin (07:00 UTC)'],
  ['2026-11-26T23:30:00Z', 'Europe/Berlin', 'Fri 2026-11-27 00:30 Europe/Berlin (2026-11-26 23:30 UTC)'],
  ['2026-11-27T08:00:00Z', 'UTC', 'Fri 2026-11-27 08:00 UTC'],
])('%s in %s is told by both clocks', (at, zone, words) => {
  expect(localAndUtc(Date.parse(at), zone)).toBe(words)
})

test('a zone that is not known here is told in UTC', () => {
  expect(localTime(Date.parse('2026-11-27T08:00:00Z'), 'Mars/Olympus')).toBe('Fri 2026-11-27 08:00')
})
