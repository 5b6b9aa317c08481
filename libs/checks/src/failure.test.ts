import { failureOf, spellDuration } from './failure.ts'

const withCode = (code: string) => Object.assign(new Error(`connect ${code} 10.1.2.3:5432`), { code })

test.each([
  ['ECONNREFUSED', 'outage', 'connection refused'],
  ['EHOSTUNREACH', 'outage', 'host unreachable'],
  ['ENOTFOUND', 'outage', 'host name not found'],
  ['CERT_HAS_EXPIRED', 'outage', 'certificate expired'],
  ['EMFILE', 'unknown', 'check could not be made'],
  ['EADDRNOTAVAIL', 'unknown', 'check could not be made'],
])('%s is %s: %s', (code, outcome, sentence) => {
  const result = failureOf(withCode(code))
  expect(result).toMatchObject({ outcome, failure: { sentence } })
  expect(result.failure.detail).toContain('10.1.2.3:5432')
})

test('a mistake of our own says nothing of the target', () => {
  expect(failureOf(new TypeError('x is not a function'))).toMatchObject({
    outcome: 'unknown',
    failure: { code: 'local' },
  })
  expect(failureOf(undefined)).toMatchObject({ outcome: 'unknown' })
})

test('when every address of a name failed the first reason stands, and all are told', () => {
  const result = failureOf(new AggregateError([withCode('ECONNREFUSED'), withCode('ENETUNREACH')]))
  expect(result).toMatchObject({ outcome: 'outage', failure: { code: 'refused' } })
  expect(result.failure.detail).toContain('ENETUNREACH')
})

test.each([
  [5_000, '5 s'],
  [1_500, '1.5 s'],
  [250.4, '250 ms'],
])('%d milliseconds are spelt %s', (ms, text) => {
  expect(spellDuration(ms)).toBe(text)
})
