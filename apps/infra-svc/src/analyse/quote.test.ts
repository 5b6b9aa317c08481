import { fieldQuote } from './quote.ts'

const pod = { kind: 'Pod', namespace: 'shop', name: 'web-1' }

test('a message is quoted without the credentials of the address in it', () => {
  const message = 'failed to pull: Get "https://shop:hunter2@registry.example/v2/web": unauthorized'
  expect(fieldQuote(pod, 'status.conditions[Ready]', message).quote).toBe(
    'failed to pull: Get "https://(hidden)@registry.example/v2/web": unauthorized',
  )
})

test('of a long message the beginning is quoted', () => {
  const { quote } = fieldQuote(pod, 'status.message', 'x'.repeat(5_000))
  expect(quote).toHaveLength(400)
  expect(quote).toMatch(/x…$/)
})
