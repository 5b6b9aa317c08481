import { readItems } from './read-items.ts'

const read = (text: string, onItem: (item: unknown) => void) => {
  const stream = async () =>
    (async function* () {
      yield new TextEncoder().encode(text)
    })()
  return readItems({ stream } as never, { path: '/pods', what: 'pods', deadlineMs: 60_000, onItem })
}

test.each([new TypeError('no such field'), new SyntaxError('a quantity that is none')])(
  'what its reader throws at an item is thrown as it is, and not told as the fault of the server: %s',
  async (fault) => {
    await expect(
      read('{"items":[{"a":1}]}', () => {
        throw fault
      }),
    ).rejects.toBe(fault)
  },
)

test.each(['{"items":[{"a":1}', '{"items":[{"a":nothing}]}'])(
  'what is no JSON is not of Kubernetes: %s',
  async (text) => {
    await expect(read(text, () => undefined)).rejects.toMatchObject({ kind: 'not_kubernetes' })
  },
)
