import { configSchema } from '@akashic/config'
import { readAiRequest } from './ai-request.ts'
import { candidatesFor, nameOf } from './candidates.ts'

const { providers } = configSchema.parse({
  ai: {
    providers: [
      { name: 'late', priority: 9, models: ['gpt-4o'] },
      { name: 'spare', models: [{ id: 'small', standsInFor: ['*'], features: [], contextLength: 100 }] },
      { name: 'early', priority: 1, models: ['gpt-4o', { id: 'gpt-4o-mini', standsInFor: ['gpt-4o'] }] },
      { name: 'vectors', models: [{ id: 'embed-3', endpoints: ['embeddings'] }] },
    ],
  },
}).ai

const names = (fields: object, allowed?: readonly string[], endpoint: 'chat' | 'embeddings' = 'chat') =>
  candidatesFor(providers, readAiRequest(endpoint, Buffer.from(JSON.stringify(fields))), allowed).map(nameOf)
const chat = { model: 'gpt-4o', messages: [] }

test('the model itself comes first, by priority, and then what stands in for it', () => {
  expect(names(chat)).toEqual(['early/gpt-4o', 'late/gpt-4o', 'early/gpt-4o-mini', 'spare/small'])
})

test('a provider that the key does not allow, or that lacks what is used, is left out', () => {
  expect(names(chat, ['late'])).toEqual(['late/gpt-4o'])
  const tools = [{ type: 'function', function: { name: 'f' } }]
  expect(names({ ...chat, tools })).not.toContain('spare/small')
  expect(names({ ...chat, response_format: { type: 'json_schema' } })).not.toContain('spare/small')
  expect(names({ ...chat, messages: [{ role: 'user', content: 'x'.repeat(2_000) }] })).not.toContain('spare/small')
})

test('nothing stands in for vectors that does not say so', () => {
  expect(names({ model: 'embed-3', input: 'a' }, undefined, 'embeddings')).toEqual(['vectors/embed-3'])
  expect(names({ model: 'embed-9', input: 'a' }, undefined, 'embeddings')).toEqual([])
})
