import { watchStream } from './watch-stream.ts'

const event = (index: number, delta: object, finishReason: string | null = null) =>
  Buffer.from(`data: ${JSON.stringify({ choices: [{ index, delta, finish_reason: finishReason }] })}\n\n`)

test('of several choices that come by turns the first is what is judged', () => {
  const watch = watchStream(1_000)
  for (const [word, other] of [
    ['One ', 'An'],
    ['two.', 'other.'],
  ] as const) {
    watch.add(event(0, { content: word }))
    watch.add(event(1, { content: other }))
  }
  watch.add(event(1, {}, 'length'))
  expect([watch.content(), watch.finishReason()]).toEqual(['One two.', null])
  watch.add(event(0, {}, 'stop'))
  expect(watch.finishReason()).toBe('stop')
})
