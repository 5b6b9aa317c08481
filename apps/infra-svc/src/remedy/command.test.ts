import { execFileSync } from 'node:child_process'
import { patch, pointer, quoted } from './command.ts'

test.each(["it's", '$(touch pwned)', 'a b', '`x`', '{"a":1}', '; rm -rf /', 'line\nbreak', 'KEY=VALUE'])(
  'a shell takes %j as the one word that it is',
  (text) => {
    expect(execFileSync('sh', ['-c', `printf %s ${quoted(text)}`]).toString()).toBe(text)
  },
)

test('a part of a pointer may have slashes in it', () => {
  expect(pointer('metadata', 'labels', 'app.kubernetes.io/name~x', 0)).toBe(
    '/metadata/labels/app.kubernetes.io~1name~0x/0',
  )
})

test('a patch is taken back by one of the same type', () => {
  const node = { kind: 'Node', namespace: '', name: 'n1' }
  expect(patch(node, { title: 'x', changes: 'y', to: { a: 1 }, back: { a: null } })).toMatchObject({
    command: `kubectl patch node/n1 --type=merge -p '{"a":1}'`,
    undo: `kubectl patch node/n1 --type=merge -p '{"a":null}'`,
    isDestructive: false,
  })
})
