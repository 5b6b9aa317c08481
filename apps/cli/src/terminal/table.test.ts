import fc from 'fast-check'
import { tableLines } from './table.ts'
import { printable, textWidth, truncate } from './text-width.ts'

test('columns are aligned, whatever the width of their signs', () => {
  const rows = [
    ['日本', 'x'],
    ['abc', 'y'],
  ]
  expect(tableLines([{}, {}], rows, Number.POSITIVE_INFINITY)).toEqual(['日本  x', 'abc   y'])
})

test('a column without any text is left out, with its heading', () => {
  const rows = [['a', '', 'b']]
  expect(tableLines([{ heading: 'A' }, { heading: 'GONE' }, { heading: 'B' }], rows, 80)).toEqual(['A  B', 'a  b'])
})

test('numbers stand to the right', () => {
  expect(
    tableLines(
      [{ align: 'right' }, {}],
      [
        ['1', 'a'],
        ['100', 'b'],
      ],
      80,
    ),
  ).toEqual(['  1  a', '100  b'])
})

test('a line that is too long gives way in its flexible column', () => {
  const rows = [['id-that-matters', 'a text that is much too long for this terminal']]
  expect(tableLines([{}, { isFlexible: true }], rows, 40)).toEqual(['id-that-matters  a text that is much to…'])
})

test('an optional column is left out before a line gets too long, the last one first', () => {
  const columns = [{}, { isOptional: true }, { isFlexible: true }, { isOptional: true }]
  const rows = [['an-id', 'optional', 'flexible and long enough', 'optional too']]
  expect(tableLines(columns, rows, 43)).toEqual(['an-id  optional  flexible an…  optional too'])
  expect(tableLines(columns, rows, 40)).toEqual(['an-id  optional  flexible and long enou…'])
  expect(tableLines(columns, rows, 20)).toEqual(['an-id  flexible and…'])
})

test('nothing is cut where nobody looks on', () => {
  const long = 'x'.repeat(500)
  expect(tableLines([{ isFlexible: true }], [[long]], Number.POSITIVE_INFINITY)).toEqual([long])
})

test('lines fit the terminal as long as the flexible columns have something to give', () => {
  const cell = fc.string({ unit: 'grapheme', maxLength: 60 })
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), fc.integer({ min: 30, max: 100 }), (rows, width) => {
      const lines = tableLines([{ isFlexible: true }, { isFlexible: true }], rows, width)
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width)
    }),
  )
})

test('text from elsewhere cannot move the cursor, colour the terminal or break the line', () => {
  const nasty = 'a\u001b[31mb\r\nc\u202ed\u0007'
  expect(printable(nasty)).toBe('a[31mb cd')
  expect(tableLines([{}], [[nasty]], 80)).toEqual(['a[31mb cd'])
})

test('what is cut says so', () => {
  expect(truncate('abcdef', 4)).toBe('abc…')
  expect(truncate('日本日本', 4)).toBe('日…')
  expect(truncate('abcd', 4)).toBe('abcd')
})
