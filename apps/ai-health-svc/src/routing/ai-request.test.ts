import { readAiRequest } from './ai-request.ts'

const read = (fields: object) => readAiRequest('chat', Buffer.from(JSON.stringify({ model: 'gpt-4o', ...fields })))

test('an image counts for nothing of the tokens that a request surely has', () => {
  const text = { type: 'text', text: 'x'.repeat(8_000) }
  const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(2_000_000)}` } }
  const { leastTokens } = read({ messages: [{ role: 'user', content: [text, image] }] })
  expect(leastTokens).toBeGreaterThanOrEqual(1_000)
  expect(leastTokens).toBeLessThan(1_010)
})
