import { matcherOf } from './body-pattern.ts'

test('a pattern is looked for in the beginning of a body, plain text in the whole', () => {
  const far = `${'a'.repeat(65_536)}needle`
  expect(matcherOf('/needle/')(`${'a'.repeat(65_530)}needle`)).toBe(true)
  expect(matcherOf('/needle/')(far)).toBe(false)
  expect(matcherOf('needle')(far)).toBe(true)
})

test('a pattern that the configuration would refuse is not run', () => {
  expect(() => matcherOf('/[a-z]{500}[0-9]/')).toThrow('too large')
})
