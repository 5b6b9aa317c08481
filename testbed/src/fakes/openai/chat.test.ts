import { AzureOpenAI } from 'openai'
import { apiKey, errorOf, hello, streamed, textOf, withFake } from './testing.ts'

const text = 'One answer, said in seven short words.'
const parameters = { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer' } } }
const tools = [{ type: 'function' as const, function: { name: 'forecast', parameters } }]

test('a completion has the shape of the API', async () => {
  await withFake({ text }, async (client) => {
    const completion = await client.chat.completions.create(hello)
    expect(completion).toEqual({
      id: expect.stringMatching(/^chatcmpl-/) as string,
      object: 'chat.completion',
      created: expect.any(Number) as number,
      model: 'small',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: text, refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: expect.objectContaining({ prompt_tokens: 9, completion_tokens: 7, total_tokens: 16 }) as object,
      service_tier: 'default',
      system_fingerprint: expect.any(String) as string,
    })
    expect(completion._request_id).toMatch(/^req_/)
  })
})

test('a stream begins with the role, brings the text word by word, and ends with the reason and the usage', async () => {
  await withFake({ text }, async (client) => {
    const chunks = await streamed(client, { stream_options: { include_usage: true } })
    expect(chunks).toHaveLength(1 + 7 + 1 + 1)
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '', refusal: null })
    expect(textOf(chunks)).toBe(text)
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop')
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 7, total_tokens: 16 } })
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1)
    expect((await streamed(client)).every(({ usage }) => usage === undefined)).toBe(true)
  })
})

test('an answer that reaches the maximum of tokens is cut, and says so', async () => {
  await withFake({ text }, async (client) => {
    const { choices, usage } = await client.chat.completions.create({ ...hello, max_completion_tokens: 2 })
    expect(choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'One answer,' } })
    expect(usage?.completion_tokens).toBe(2)
    expect((await streamed(client, { max_tokens: 2 })).at(-1)?.choices[0]?.finish_reason).toBe('length')
  })
})

test('a tool that has to be called is called, whole and in a stream', async () => {
  await withFake({}, async (client) => {
    const { choices } = await client.chat.completions.create({ ...hello, tools, tool_choice: 'required' })
    expect(choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } })
    const [call] = choices[0]?.message.tool_calls ?? []
    expect(call).toMatchObject({ type: 'function', function: { name: 'forecast' } })
    expect(JSON.parse(call?.type === 'function' ? call.function.arguments : '')).toEqual({ city: 'text', days: 1 })

    const chunks = await streamed(client, { tools, tool_choice: 'required' })
    const parts = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? [])
    expect(parts[0]).toMatchObject({ index: 0, type: 'function', function: { name: 'forecast', arguments: '' } })
    const joined = parts.map((part) => part.function?.arguments ?? '').join('')
    expect(JSON.parse(joined)).toEqual({ city: 'text', days: 1 })
    expect((await client.chat.completions.create({ ...hello, tools })).choices[0]?.finish_reason).toBe('stop')
  })
})

test('JSON is answered when it is asked for, and by its schema', async () => {
  await withFake({ text }, async (client) => {
    const ask = async (format: object): Promise<unknown> => {
      const asked = await client.chat.completions.create({ ...hello, response_format: format as { type: 'text' } })
      return JSON.parse(asked.choices[0]?.message.content ?? '')
    }
    expect(await ask({ type: 'json_object' })).toEqual({ answer: text })
    const schema = {
      type: 'object',
      properties: { kind: { enum: ['a', 'b'] }, parts: { type: 'array', items: { $ref: '#/$defs/part' } } },
      $defs: { part: { type: 'object', properties: { ok: { type: 'boolean' } } } },
    }
    expect(await ask({ type: 'json_schema', json_schema: { name: 'x', schema } })).toEqual({
      kind: 'a',
      parts: [{ ok: true }],
    })
  })
})

test('requests that are not right are refused as the API does', async () => {
  await withFake({ contextLength: 20 }, async (client) => {
    const ask = (more: object) => errorOf(client.chat.completions.create({ ...hello, ...more }))
    expect(await ask({ model: 'huge' })).toMatchObject({ status: 404, code: 'model_not_found' })
    expect(await ask({ messages: [] })).toMatchObject({ status: 400, type: 'invalid_request_error', param: 'messages' })
    expect(await ask({ messages: [null] })).toMatchObject({ status: 400, param: 'messages' })
    expect(await ask({ max_tokens: 0 })).toMatchObject({ status: 400, param: 'max_tokens' })
    const long = [{ role: 'user', content: 'x'.repeat(100) }]
    expect(await ask({ messages: long })).toMatchObject({ status: 400, code: 'context_length_exceeded' })
    expect(await errorOf(client.get('/nothing'))).toMatchObject({ status: 404, type: 'invalid_request_error' })
    expect(await errorOf(client.post('/embeddings', { body: null }))).toMatchObject({ status: 400 })
    const embed = (more: object) => errorOf(client.embeddings.create({ model: 'small', input: 'x', ...more }))
    expect(await embed({ dimensions: 0 })).toMatchObject({ status: 400, param: 'dimensions' })
    expect(await embed({ input: [null] })).toMatchObject({ status: 400, param: 'input' })
  })
})

test('models are listed, and shown one by one', async () => {
  await withFake({}, async (client) => {
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['small', 'large'])
    expect(await client.models.retrieve('large')).toMatchObject({ id: 'large', object: 'model' })
    expect(await errorOf(client.models.retrieve('huge'))).toMatchObject({ status: 404, code: 'model_not_found' })
  })
})

test('embeddings are the same in both encodings, and nearer for texts that share words', async () => {
  await withFake({}, async (client) => {
    const input = ['the cat sat on the mat', 'the cat lay on the mat', 'quarterly revenue grew']
    const embed = async (encoding?: 'float') =>
      client.embeddings.create({ model: 'small', input, dimensions: 64, encoding_format: encoding })
    const { data, usage } = await embed()
    const [a, b, c] = data.map(({ embedding }) => embedding) as [number[], number[], number[]]
    const cosine = (x: number[], y: number[]): number => x.reduce((sum, part, i) => sum + part * y[i]!, 0)
    expect(a).toHaveLength(64)
    expect(cosine(a, a)).toBeCloseTo(1)
    expect(cosine(a, b)).toBeGreaterThan(cosine(a, c))
    expect(usage.prompt_tokens).toBe(18)
    expect((await embed('float')).data[0]?.embedding[0]).toBeCloseTo(a[0]!)
  })
})

test("Azure's deployments are models, under its own paths and its own header of the key", async () => {
  await withFake({ kind: 'azure', text }, async (client, fake) => {
    const azure = new AzureOpenAI({ endpoint: fake.url, apiKey, apiVersion: '2024-10-21', maxRetries: 0 })
    expect((await azure.chat.completions.create(hello)).choices[0]?.message.content).toBe(text)
    expect((await client.chat.completions.create(hello)).choices[0]?.message.content).toBe(text)
    expect(fake.calls().map(({ path, model }) => ({ path, model }))).toEqual([
      { path: '/openai/deployments/small/chat/completions', model: 'small' },
      { path: '/openai/v1/chat/completions', model: 'small' },
    ])
    const missing = { ...hello, model: 'huge' }
    expect(await errorOf(azure.chat.completions.create(missing))).toMatchObject({ code: 'DeploymentNotFound' })
  })
})

test.each([
  ['azure', '/v1/models', 404],
  ['azure', '/openai/v1/models', 200],
  ['azure', '/openai/models', 404],
  ['azure', '/openai/models?api-version=2024-10-21', 200],
  ['openai', '/v1/models?api-version=2024-10-21', 200],
  ['openai', '/openai/v1/models', 404],
  ['anthropic', '/openai/models?api-version=2024-10-21', 404],
] as const)('%s answers %s with %i: each kind has its own addresses', async (kind, path, status) => {
  await withFake({ kind }, async (_, fake) => {
    const headers = { [kind === 'azure' ? 'api-key' : 'authorization']: kind === 'azure' ? apiKey : `Bearer ${apiKey}` }
    expect((await fetch(`${fake.url}${path}`, { headers })).status).toBe(status)
  })
})
