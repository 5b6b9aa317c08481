import fc from 'fast-check'
import { checkSchema, configSchema, duration, parseDuration } from './index.ts'

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['7d', 604_800_000],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each(['', '5', 's', '-1s', '1.5s', '5 s', '1w'])('"%s" is no duration', (text) => {
  expect(parseDuration(text)).toBeNaN()
  expect(duration.safeParse(text).error?.issues[0]?.message).toBe('must be a duration such as 500ms, 30s, 5m or 1h30m')
})

test('a number is no duration: it has no unit', () => {
  expect(duration.safeParse(5).error?.issues[0]?.message).toBe('must be a duration such as 500ms, 30s, 5m or 1h30m')
})

test('parts add up', () => {
  fc.assert(
    fc.property(fc.nat(999), fc.nat(999), (hours, seconds) => {
      expect(parseDuration(`${hours}h${seconds}s`)).toBe(hours * 3_600_000 + seconds * 1_000)
    }),
  )
})

test.each(['99999999999999999999d', `${'9'.repeat(400)}d`])('%s is too long for a duration', (text) => {
  expect(duration.safeParse(text).error?.issues.map((issue) => issue.message)).toEqual([
    'must be shorter: so many milliseconds cannot be counted',
  ])
})

const http = { kind: 'http', url: 'https://example.org' }
const heartbeat = { kind: 'heartbeat', token: 'a-token-of-a-nightly-job' }
const tls = { kind: 'tls', host: 'example.org' }

test.each([
  [http, { interval: '0s' }],
  [http, { interval: '1ms' }],
  [http, { interval: '401d' }],
  [http, { interval: '99999999999999999999d' }],
  [http, { timeout: '0s' }],
  [http, { timeout: '30d' }],
  [http, { certificateExpiresWithin: '401d' }],
  [tls, { expiresWithin: '401d' }],
  [tls, { expiresWithin: '99999999999999999999d' }],
  [heartbeat, { grace: '401d' }],
  [heartbeat, { grace: '99999999999999999999d' }],
])('%j with %j is refused at that field', (check, change) => {
  expect(checkSchema.safeParse(check).success).toBe(true)
  const paths = checkSchema.safeParse({ ...check, ...change }).error?.issues.map((issue) => issue.path)
  expect(paths).toEqual([Object.keys(change)])
})

test.each([{ results: '0s' }, { results: '23h' }, { results: '401d' }, { rollups: '1h' }, { rollups: '3651d' }])(
  'a retention of %j is refused',
  (retention) => {
    const paths = configSchema.safeParse({ retention }).error?.issues.map((issue) => issue.path)
    expect(paths).toEqual([['retention', ...Object.keys(retention)]])
  },
)
