import { createStreamSlots } from './stream-slots.ts'

const refused = expect.objectContaining({ code: 'resource_exhausted' })

test('a caller who left before its stream began takes nobody’s place', () => {
  const slots = createStreamSlots({ inAll: 1, each: 1 })
  slots.take('ada', AbortSignal.abort())
  expect(slots.open()).toBe(0)
  slots.take('ada', new AbortController().signal)
  expect(slots.open()).toBe(1)
})

test('one key cannot take what is left for others, and all together no more than there is', () => {
  const slots = createStreamSlots({ inAll: 3, each: 2 })
  const leaving = new AbortController()
  slots.take('ada', leaving.signal)
  slots.take('ada', new AbortController().signal)
  expect(() => slots.take('ada', new AbortController().signal)).toThrow(refused)
  slots.take('bob', new AbortController().signal)
  expect(() => slots.take('eve', new AbortController().signal)).toThrow(refused)
  leaving.abort()
  slots.take('eve', new AbortController().signal)
  expect(slots.open()).toBe(3)
})
