import { RegExpParser, visitRegExpAST } from '@eslint-community/regexpp'
import { extractErrors } from './extract-errors.ts'
import { ingressTroubles } from './ingress-lines.ts'
import { logFacts } from './log-facts.ts'
import { ownWordings } from './own-wordings.ts'

/** Every pattern that is tried on lines, whoever keeps it. */
function patternsTriedOn(lines: readonly string[]): readonly RegExp[] {
  const tried = new Map<string, RegExp>()
  const { exec } = RegExp.prototype
  RegExp.prototype.exec = function (this: RegExp, text) {
    tried.set(String(this), this)
    return exec.call(this, text)
  }
  try {
    logFacts([{ container: 'app', isPrevious: false, lines }])
    extractErrors(lines)
    ingressTroubles(lines, 0)
  } finally {
    RegExp.prototype.exec = exec
  }
  return [...tried.values()]
}

/** The parts that may be repeated without end. */
function endlessParts(pattern: RegExp): readonly string[] {
  const found: string[] = []
  visitRegExpAST(new RegExpParser().parsePattern(pattern.source), {
    onQuantifierEnter: ({ max, raw }) => void (max === Infinity && found.push(raw)),
  })
  return found
}

const long = 100

/** The parts that may be of many lengths, and need not end where another kind of character stands. */
function longParts(pattern: RegExp): readonly string[] {
  const found: string[] = []
  visitRegExpAST(new RegExpParser().parsePattern(pattern.source), {
    onQuantifierEnter: ({ min, max, raw, end }) => {
      const after = pattern.source.slice(end).replace(/^\)+/, '')
      if (max - min >= long && !after.startsWith('(?!')) found.push(raw)
    },
  })
  return found
}

const patterns = patternsTriedOn([
  'nothing of which anything is known',
  '2026/11/20 12:00:00 [error] 7#7: nothing of note',
  'E1120 12:00:00.000000 1 main.go:1] nothing of note',
  '12:00 shop_web_http/<NOSRV> nothing of note',
])

// From each place of a line a pattern without endless parts looks at no more than so many characters, whatever the line.
describe('the time that a line of a log takes is in proportion to its length', () => {
  test('the patterns of all wordings are looked at', () => {
    expect(patterns.length).toBeGreaterThan(60)
  })

  test.each(ownWordings.map(({ pattern }) => [pattern]))('also of what processes say of themselves: %s', (pattern) => {
    expect(patterns.map(String)).toContain(String(pattern))
    // Two of them would be tried in all their lengths with one another.
    expect(longParts(pattern).length).toBeLessThan(2)
  })

  test.each(patterns.map((pattern) => [pattern]))('%s', (pattern) => {
    expect(endlessParts(pattern)).toEqual([])
  })
})
