import fc from 'fast-check'
import { valueAt } from './json-path.ts'

const root = { a: { b: [{ 'up-time': 7 }, null] }, '': 0, 'x.y': 1 }

test.each([
  ['$', root],
  ['$.a.b[0].up-time', 7],
  ["$.a['b'][0]['up-time']", 7],
  ['$.a["b"][1]', null],
  ["$['x.y']", 1],
])('%s finds its value', (path, expected) => {
  expect(valueAt(root, path)).toEqual(expected)
})

test.each(['$.nope', '$.a.b[2]', '$.a.b.length', '$.constructor', '$.__proto__', 'a.b', '$.', '$..a', '$.a b', '$[x]'])(
  '%s finds nothing',
  (path) => {
    expect(valueAt(root, path)).toBeUndefined()
  },
)

test('every value of a document is found by the path of its keys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (document) => {
      const visit = (value: unknown, path: string): void => {
        expect(valueAt(document, path)).toBe(value)
        if (typeof value !== 'object' || value === null) return
        for (const [key, inner] of Object.entries(value)) {
          if (!key.includes("'")) visit(inner, Array.isArray(value) ? `${path}[${key}]` : `${path}['${key}']`)
        }
      }
      visit(document, '$')
    }),
  )
})
