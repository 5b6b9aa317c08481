import fc from 'fast-check'
import { attacks, pieces } from '../testing/attacks.ts'
import { plainWords } from './plain-words.ts'

describe('words as plain text', () => {
  test('are one line without marks', () => {
    const body =
      '# Found it\n\nA **disk** is [full](https://acme.example).\nWe make `room`:\n\n- web\n- ![shop](https://x.example/y.png)'
    expect(plainWords(body, 200)).toBe('Found it A disk is full. We make room: web shop')
    expect(plainWords('| took |\n|---|\n| 4 min |\n\n```\nls\n```', 200)).toBe('took 4 min ls')
  })

  test('are cut between words where that loses little, and say so', () => {
    expect(plainWords('We are looking into it.', 23)).toBe('We are looking into it.')
    expect(plainWords('We are looking into it.', 22)).toBe('We are looking into…')
    expect(plainWords('Pneumonoultramicroscopic', 10)).toBe('Pneumonou…')
    expect(plainWords('😀😀😀😀', 4)).toBe('😀…')
  })

  test('are never longer than asked for and always one line of whole characters, whatever was written', () => {
    const body = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...attacks),
      fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(body, fc.integer({ min: 0, max: 80 }), (text, longest) => {
        const line = plainWords(text, longest)
        expect(line.length).toBeLessThanOrEqual(longest)
        expect(line.isWellFormed()).toBe(true)
        expect(line).toBe(line.trim())
        expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]| {2}/u)
      }),
      { numRuns: 1_000 },
    )
  })

  test('keep what means nothing to Markdown as it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,9}( [a-z]{1,9}){0,9}$/), (text) => {
        expect(plainWords(text, 200)).toBe(text)
      }),
    )
  })
})
