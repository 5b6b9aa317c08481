import fc from 'fast-check'
import type { Labels } from '../alert/alert.ts'
import { checkedMatchers } from './add-silence.ts'
import { aMatcher, aSilence } from './silence-harness.ts'
import { isMuted, mutedUntilMs } from './silence.ts'

const isMutedBy = (matchers: readonly string[], labels: Labels) => isMuted(aSilence(matchers), labels)

describe('a matcher', () => {
  test.each([
    ['job=api', 'api', true],
    ['job=api', 'api2', false],
    ['job=api', 'API', false],
    ['job=', '', true],
    ['job!=api', 'api', false],
    ['job!=api', 'web', true],
    ['job!=', 'web', true],
    ['job=~api', 'api', true],
    ['job=~api', 'my-api', false],
    ['job=~api', 'api2', false],
    ['job=~api|web', 'web', true],
    ['job=~api|web', 'api-web', false],
    ['job=~a|ab', 'ab', true],
    ['job=~(?i)api', 'API', true],
    ['job=~a.b', 'a\nb', false],
    ['job=~api$', 'api\n', false],
    ['job=~', '', true],
    ['job=~', 'api', false],
    ['job=~\\pL+', 'äöü', true],
    ['job!~api|web', 'web', false],
    ['job!~api|web', 'webs', true],
  ])('%s says of %j: %s', (matcher, value, expected) => {
    expect(isMutedBy([matcher], { job: value })).toBe(expected)
  })

  test.each([
    ['job=api', false],
    ['job=', true],
    ['job!=api', true],
    ['job!=', false],
    ['job=~.+', false],
    ['job=~.*', true],
    ['job!~.+', true],
    ['job!~.*', false],
  ])('%s takes a label that is not there for an empty one: %s', (matcher, expected) => {
    expect(isMutedBy([matcher], { alertname: 'Down' })).toBe(expected)
    expect(isMutedBy([matcher], { alertname: 'Down', job: '' })).toBe(expected)
  })

  test.each(['constructor', 'toString', '__proto__'])('takes %s for a label like any other', (name) => {
    expect(isMutedBy([`${name}!=`], {})).toBe(false)
    expect(isMutedBy([`${name}=~.+`], {})).toBe(false)
    expect(isMutedBy([`${name}=x`], Object.fromEntries([[name, 'x']]))).toBe(true)
  })
})

const values = ['', 'a', 'b', 'ab', 'abc']
const anyLabels = fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.constantFrom(...values))
const anyMatcher = fc
  .tuple(
    fc.constantFrom('x', 'y', 'z'),
    fc.constantFrom('=', '!=', '=~', '!~'),
    fc.constantFrom(...values, 'a|b', 'a.*', '.+'),
  )
  .map((parts) => parts.join(''))
const someMatchers = fc.array(anyMatcher, { minLength: 1, maxLength: 4 })

describe('a silence', () => {
  test('mutes by two lists of matchers together what it mutes by each of them', () => {
    fc.assert(
      fc.property(someMatchers, someMatchers, anyLabels, (a, b, labels) => {
        expect(isMutedBy([...a, ...b], labels)).toBe(isMutedBy(a, labels) && isMutedBy(b, labels))
      }),
    )
  })

  test('is fitted or not by a label, and never by both a matcher and its opposite', () => {
    fc.assert(
      fc.property(anyMatcher, anyLabels, (text, labels) => {
        const matcher = aMatcher(text)
        const opposite = { ...matcher, isEqual: !matcher.isEqual }
        expect(isMuted({ matchers: [matcher] }, labels)).toBe(!isMuted({ matchers: [opposite] }, labels))
      }),
    )
  })

  test('that is taken does not mute what has no labels', () => {
    fc.assert(
      fc.property(someMatchers, (matchers) => {
        const isTaken = !isMutedBy(matchers, {})
        const check = () => checkedMatchers(matchers.map(aMatcher))
        if (isTaken) expect(check()).toHaveLength(matchers.length)
        else expect(check).toThrow('mute everything')
      }),
    )
  })
})

describe('matchers are refused', () => {
  test.each([
    ['that are none', [], '/matchers'],
    ['of which there are too many', Array.from({ length: 21 }, () => 'job=api'), '/matchers'],
    ['without a name', ['job=api', '=x'], '/matchers/1/name'],
    ['with a name without end', [`${'x'.repeat(201)}=x`], '/matchers/0/name'],
    ['with a name that cannot be kept', ['a\0=x'], '/matchers/0/name'],
    ['with a value without end', [`job=${'x'.repeat(1_001)}`], '/matchers/0/value'],
    ['with a NUL', ['job=a\0b'], '/matchers/0/value'],
    ['with half a character', ['job=a\ud800'], '/matchers/0/value'],
    ['with a pattern that is none', ['a=b', 'job=~('], '/matchers/1/value'],
    ['with a pattern that RE2 does not know', ['job=~a(?=b)'], '/matchers/0/value'],
    ['with a pattern that looks back', ['job=~(a)\\1'], '/matchers/0/value'],
    ['with a pattern that takes for ever', ['job=~(\\pL{1,30}){1,33}'], '/matchers/0/value'],
    ['with a long pattern that takes for ever', [`job=~${'(x{0,30}){0,33}'.repeat(60)}`], '/matchers/0/value'],
    ['that fit everything, by an empty value', ['job='], '/matchers'],
    ['that fit everything, by a value that few have', ['job!=api', 'x!=y'], '/matchers'],
    ['that fit everything, by a pattern', ['job=~.*', 'x!~.+'], '/matchers'],
  ])('%s', (_, matchers, pointer) => {
    expect(() => checkedMatchers(matchers.map(aMatcher))).toThrow(
      expect.objectContaining({ code: 'invalid_argument', fields: [expect.objectContaining({ pointer })] }),
    )
  })

  test('but not where one of them needs its label, nor for 1,000 letters', () => {
    for (const matchers of [['job!=api', 'x=y'], [`job=~${'shop|'.repeat(199)}mail`], ['service.name=shop']]) {
      expect(checkedMatchers(matchers.map(aMatcher))).toEqual(matchers.map(aMatcher))
    }
  })
})

describe('muted until', () => {
  const [api, web] = [{ job: 'api' }, { job: 'web' }]

  test.each([
    ['the end of the one silence', [aSilence(['job=api'], { endMs: 50 })], [api], 50],
    ['the last end of those that mute it', [10, 50, 30].map((endMs) => aSilence(['job=api'], { endMs })), [api], 50],
    [
      'the first end where each mutes another',
      [aSilence(['job=api'], { endMs: 50 }), aSilence(['job=web'], { endMs: 30 })],
      [api, web],
      30,
    ],
    ['never, where one is heard', [aSilence(['job=api'])], [api, web], null],
    ['never, where there is no silence', [], [api], null],
    ['never, where there is nothing to mute', [aSilence(['job=api'])], [], null],
    ['never, before it begins', [aSilence(['job=api'], { startMs: 6 })], [api], null],
    ['never, at its end', [aSilence(['job=api'], { endMs: 5 })], [api], null],
    ['its end, from its very beginning', [aSilence(['job=api'], { startMs: 5, endMs: 6 })], [api], 6],
  ])('%s', (_, silences, subjects, expected) => {
    expect(mutedUntilMs(silences, subjects, 5)).toBe(expected)
  })

  test('some time after now, whatever the silences, and not later for more subjects', () => {
    const anySilence = fc
      .record({ matchers: someMatchers, startMs: fc.nat(20), lasting: fc.nat(20) })
      .map(({ matchers, startMs, lasting }) => aSilence(matchers, { startMs, endMs: startMs + lasting }))
    fc.assert(
      fc.property(
        fc.array(anySilence),
        fc.array(anyLabels, { minLength: 1 }),
        anyLabels,
        (silences, subjects, more) => {
          const one = mutedUntilMs(silences, subjects, 10)
          const two = mutedUntilMs(silences, [...subjects, more], 10)
          if (one !== null) expect(one).toBeGreaterThan(10)
          if (two !== null) expect(two).toBeLessThanOrEqual(one!)
          if (one === null) expect(two).toBeNull()
        },
      ),
    )
  })
})
