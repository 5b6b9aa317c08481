import * as fc from 'fast-check'
import { ItemSplitter, ListTooLarge } from './item-splitter.ts'

/** Splits a text that arrives in pieces of these sizes, over and over. */
function split(text: string, sizes: readonly number[]) {
  const items: unknown[] = []
  const splitter = new ItemSplitter((item) => items.push(JSON.parse(item)))
  const bytes = new TextEncoder().encode(text)
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    splitter.push(bytes.subarray(at, at + size))
    at += size
  }
  return { items, envelope: splitter.end() }
}

const item = fc.dictionary(fc.string(), fc.jsonValue())

describe('a list that arrives in pieces', () => {
  test('gives the same items however it is cut', () => {
    fc.assert(
      fc.property(fc.array(item), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (items, sizes) => {
        const text = JSON.stringify({ kind: 'PodList', metadata: { resourceVersion: '7' }, items })
        const found = split(text, sizes)
        expect(found.items).toEqual(JSON.parse(JSON.stringify(items)))
        expect(found.envelope).toMatchObject({ metadata: { resourceVersion: '7' }, items: [] })
      }),
    )
  })

  test('may name its items before its metadata, and hold lists called items within them', () => {
    const text =
      '{"items":[{"volumes":{"items":[{"key":"}]"}]}}, {"a":"\\"items\\":["}],"metadata":{"resourceVersion":"9"}}'
    const { items, envelope } = split(text, [3])
    expect(items).toEqual([{ volumes: { items: [{ key: '}]' }] } }, { a: '"items":[' }])
    expect(envelope).toMatchObject({ metadata: { resourceVersion: '9' } })
  })

  test('is refused when one of its objects, or what is beside them, has no end', () => {
    const endless = 'a'.repeat(9 * 2 ** 20)
    expect(() => split(`{"items":[{"a":"${endless}`, [65_536])).toThrow(ListTooLarge)
    expect(() => split(`{"a":"${endless}`, [65_536])).toThrow(ListTooLarge)
  })

  test('is refused when it is cut short', () => {
    expect(() => split('{"items":[{"a":1},', [5])).toThrow(SyntaxError)
  })
})
