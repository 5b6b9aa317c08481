import { lastDue } from './cron-schedule.ts'

const at = (text: string): number => Date.parse(text)
const due = (schedule: string, before: string, { zone = '', since = '2020-01-01T00:00:00Z' } = {}) => {
  const found = lastDue(schedule, zone, { since: at(since), before: at(before) })
  return found === null ? null : new Date(found).toISOString().replace('.000', '')
}

describe('the last time at which a schedule was due', () => {
  test.each([
    ['*/15 * * * *', '2026-11-20T12:07:00Z', '2026-11-20T12:00:00Z'],
    ['5 * * * *', '2026-11-20T12:04:59Z', '2026-11-20T11:05:00Z'],
    ['5 * * * *', '2026-11-20T12:05:00Z', '2026-11-20T12:05:00Z'],
    ['30 2 * * *', '2026-11-20T01:00:00Z', '2026-11-19T02:30:00Z'],
    ['0 9-17/4 * * MON-FRI', '2026-11-22T10:00:00Z', '2026-11-20T17:00:00Z'],
    ['0 0 1 JAN ?', '2026-11-20T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['0 0 29 2 *', '2026-11-20T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['0 0 13 * 5', '2026-11-20T12:00:00Z', '2026-11-20T00:00:00Z'],
    ['@hourly', '2026-11-20T12:59:00Z', '2026-11-20T12:00:00Z'],
    ['@weekly', '2026-11-20T12:00:00Z', '2026-11-15T00:00:00Z'],
    ['10/20 0 * * *', '2026-11-20T12:00:00Z', '2026-11-20T00:50:00Z'],
  ])('of %s before %s is %s', (schedule, before, expected) => {
    expect(due(schedule, before)).toBe(expected)
  })

  test('is by the clocks of its time zone, in summer and in winter', () => {
    expect(due('0 3 * * *', '2026-07-10T12:00:00Z', { zone: 'Europe/Berlin' })).toBe('2026-07-10T01:00:00Z')
    expect(due('0 3 * * *', '2026-12-10T12:00:00Z', { zone: 'Europe/Berlin' })).toBe('2026-12-10T02:00:00Z')
    expect(due('0 20 * * *', '2026-11-20T03:00:00Z', { zone: 'America/New_York' })).toBe('2026-11-20T01:00:00Z')
  })

  test('is none when it is not later than the run before', () => {
    expect(due('30 2 * * *', '2026-11-20T12:00:00Z', { since: '2026-11-20T02:30:00Z' })).toBeNull()
    expect(due('30 2 * * *', '2026-11-20T12:00:00Z', { since: '2026-11-20T02:29:00Z' })).not.toBeNull()
  })

  test.each([
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '5-1 * * * *',
    '*/0 * * * *',
    'every day at noon',
    '0 0 * * FUN',
    '1-2-3 * * * *',
    '@every 5m',
  ])('cannot be told of %p', (schedule) => {
    expect(due(schedule, '2026-11-20T12:00:00Z')).toBeNull()
  })

  test('cannot be told in a time zone that there is not', () => {
    expect(due('* * * * *', '2026-11-20T12:00:00Z', { zone: 'Mars/Olympus' })).toBeNull()
  })
})
