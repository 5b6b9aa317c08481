import fc from 'fast-check'
import { emptyHead, extendChain, verifyChain } from './chain.ts'

const contents = fc.array(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ depthSize: 'small' })), {
  minLength: 1,
  maxLength: 8,
})
const written = contents.map((all) => extendChain('c1', emptyHead, all))
const headOf = (entries: readonly { seq: number; hash: string }[]) => entries.at(-1)!

describe('a hash chain', () => {
  test('is intact as written, in one go or entry by entry, and after a journey through JSON', () => {
    fc.assert(
      fc.property(contents, (all) => {
        const atOnce = extendChain('c1', emptyHead, all)
        let head = emptyHead
        const oneByOne = all.flatMap((content) => {
          const linked = extendChain('c1', head, [content])
          head = headOf(linked)
          return linked
        })
        expect(oneByOne).toEqual(atOnce)
        const read = JSON.parse(JSON.stringify(atOnce)) as typeof atOnce
        expect(verifyChain('c1', read, head)).toEqual({
          isIntact: true,
          entries: all.length,
          headHash: head.hash,
          brokenAtSeq: null,
          problem: '',
        })
      }),
    )
  })

  test('does not care in which order the members of an entry come back', () => {
    const [entry] = extendChain('c1', emptyHead, [{ a: 1, b: { c: 2, d: 3 } }])
    expect(verifyChain('c1', [{ ...entry!, content: { b: { d: 3, c: 2 }, a: 1 } }]).isIntact).toBe(true)
  })

  test('names the entry that was changed', () => {
    fc.assert(
      fc.property(written, fc.nat(), (entries, pick) => {
        const at = pick % entries.length
        const changed = entries.map((entry, i) =>
          i === at ? { ...entry, content: { ...entry.content, forged: 1 } } : entry,
        )
        expect(verifyChain('c1', changed, headOf(entries))).toMatchObject({ isIntact: false, brokenAtSeq: at + 1 })
      }),
    )
  })

  test('names the place where an entry was taken out, at the end too', () => {
    fc.assert(
      fc.property(written, fc.nat(), (entries, pick) => {
        const at = pick % entries.length
        const rest = entries.filter((_, i) => i !== at)
        expect(verifyChain('c1', rest, headOf(entries))).toMatchObject({ isIntact: false, brokenAtSeq: at + 1 })
      }),
    )
  })

  test('shows that its end was written anew, though each entry follows the one before', () => {
    fc.assert(
      fc.property(written, fc.nat(), (entries, pick) => {
        const at = pick % entries.length
        const kept = entries.slice(0, at)
        const forged = extendChain(
          'c1',
          kept.at(-1) ?? emptyHead,
          entries.slice(at).map(({ content }) => ({ ...content, forged: 1 })),
        )
        expect(verifyChain('c1', [...kept, ...forged]).isIntact).toBe(true)
        expect(verifyChain('c1', [...kept, ...forged], headOf(entries)).isIntact).toBe(false)
      }),
    )
  })

  test('does not pass for another chain', () => {
    fc.assert(
      fc.property(written, (entries) => {
        expect(verifyChain('c2', entries).brokenAtSeq).toBe(1)
      }),
    )
  })

  test('of no entries is intact only when none were written', () => {
    expect(verifyChain('c1', [], emptyHead).isIntact).toBe(true)
    expect(verifyChain('c1', [], { seq: 1, hash: 'ab' })).toMatchObject({ isIntact: false, brokenAtSeq: 1 })
  })
})
