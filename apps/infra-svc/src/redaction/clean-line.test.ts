import { cleanLine } from './clean-line.ts'

test.each([
  ['Error: DATABASE_URL is not valid: postgres://shop:hunter2@db:5432/shop', 'postgres://(hidden)@db:5432/shop'],
  ['login with password=hunter2 failed', 'password=(hidden) failed'],
  ['{"api_key": "hunter2-long", "n": 1}', '"api_key": "(hidden)", "n": 1'],
  ['Authorization: Bearer hunter2hunter2', 'Authorization: (hidden)'],
])('%s is told without its secret', (line, told) => {
  expect(cleanLine(line)).toContain(told)
  expect(cleanLine(line)).not.toContain('hunter2')
})

test.each([
  'FATAL:  password authentication failed for user "shop"',
  'Error: connect ECONNREFUSED payments:80',
  'Error: STRIPE_KEY is not set',
])('%s is told as it is', (line) => {
  expect(cleanLine(line)).toBe(line)
})

test('what no database takes is left out', () => {
  expect(cleanLine('a\u0000b\ud83d')).toBe('ab\ufffd')
})

test('of a line without end only its beginning is read', () => {
  expect(cleanLine('GET '.padEnd(1_000_000, 'a'))).toHaveLength(1_000)
})
