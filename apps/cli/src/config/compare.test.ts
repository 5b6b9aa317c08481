import fc from 'fast-check'
import { compareComponents } from './compare.ts'
import type { Definition } from './component-definition.ts'

function aDefinition(over: Partial<Definition> = {}): Definition {
  return { id: 'web', name: 'Web', checks: [{ kind: 'http', url: 'https://example.org', interval: '60s' }], ...over }
}

const noRenames = new Map<string, string>()

test('what is new, gone and different is told apart', () => {
  const before = [aDefinition(), aDefinition({ id: 'old', name: 'Old' })]
  const after = [aDefinition({ name: 'Shop' }), aDefinition({ id: 'new', name: 'New' })]
  expect(compareComponents(before, after, noRenames)).toEqual({
    added: [{ id: 'new', name: 'New' }],
    removed: [{ id: 'old', name: 'Old' }],
    renamed: [],
    changed: [{ id: 'web', fields: [{ path: 'name', before: 'Web', after: 'Shop' }] }],
  })
})

test('a rename is no removal, and its other changes are told under the new id', () => {
  const after = [aDefinition({ id: 'shop', name: 'Shop' })]
  const difference = compareComponents([aDefinition()], after, new Map([['shop', 'web']]))
  expect(difference).toMatchObject({ added: [], removed: [], renamed: [{ from: 'web', to: 'shop' }] })
  expect(difference.changed).toEqual([{ id: 'shop', fields: [{ path: 'name', before: 'Web', after: 'Shop' }] }])
})

test('a rename that was done already is none', () => {
  const difference = compareComponents(
    [aDefinition({ id: 'shop' })],
    [aDefinition({ id: 'shop' })],
    new Map([['shop', 'web']]),
  )
  expect(difference).toEqual({ added: [], removed: [], renamed: [], changed: [] })
})

test('a secret that the server leaves out counts as unchanged, and what stands around it does not', () => {
  const shown = aDefinition({ checks: [{ url: 'postgres://u:****redacted****@db/a', token: '****redacted****' }] })
  const same = aDefinition({ checks: [{ url: 'postgres://u:hunter2@db/a', token: 'hunter2hunter2' }] })
  const other = aDefinition({ checks: [{ url: 'postgres://u:hunter2@db/b', token: 'hunter2hunter2' }] })
  expect(compareComponents([shown], [same], noRenames).changed).toEqual([])
  expect(compareComponents([shown], [other], noRenames).changed[0]!.fields.map((field) => field.path)).toEqual([
    'checks[0].url',
  ])
})

test('a secret is never shown, changed or not', () => {
  const secrets = (secret: string) =>
    aDefinition({
      checks: [
        {
          url: `https://user:${secret}@example.org/?api=${secret}`,
          apiKey: secret,
          token: secret,
          body: secret,
          headers: { Authorization: `Bearer ${secret}`, 'X-Api-Key': secret },
        },
      ],
    })
  const difference = compareComponents([secrets('hunter1')], [secrets('hunter2')], noRenames)
  expect(difference.changed[0]!.fields).toHaveLength(6)
  expect(JSON.stringify(difference)).not.toMatch(/hunter/)
})

test('nothing differs from itself', () => {
  const ids = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,5}$/))
  fc.assert(
    fc.property(ids, (names) => {
      const components = names.map((id) => aDefinition({ id }))
      const difference = compareComponents(components, components.toReversed(), noRenames)
      expect(difference).toEqual({ added: [], removed: [], renamed: [], changed: [] })
    }),
  )
})
