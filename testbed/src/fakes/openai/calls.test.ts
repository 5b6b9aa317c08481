import { eventually } from '../../eventually.ts'
import { errorOf, hello, streamed, textOf, withFake } from './testing.ts'

const withKey = { headers: { 'Idempotency-Key': 'job-1' } }

test('a call is remembered with what it asked for and how it ended', async () => {
  await withFake({}, async (client, fake) => {
    await client.chat.completions.create(hello, withKey)
    expect(fake.calls()).toEqual([
      {
        at: expect.any(Number) as number,
        method: 'POST',
        path: '/v1/chat/completions',
        model: 'small',
        stream: false,
        idempotencyKey: 'job-1',
        authorization: 'right',
        body: hello,
        status: 200,
        ended: 'answered',
      },
    ])
    expect(JSON.stringify(fake.calls())).not.toContain('test-key-0001')
  })
})

test('only so many calls are remembered, and all are counted', async () => {
  await withFake({ keepCalls: 3 }, async (client, fake) => {
    for (let i = 0; i < 5; i++) await client.embeddings.create({ model: 'small', input: `text ${i}` })
    const inputs = fake.calls().map(({ body }) => (body as { input: string }).input)
    expect(inputs).toEqual(['text 2', 'text 3', 'text 4'])
    expect(fake.counts()).toMatchObject({ calls: 5, answered: 5, executed: 5 })
  })
})

test('work is done again for the same key, but not by a provider that deduplicates', async () => {
  await withFake({}, async (client, fake) => {
    const ids = [
      await client.chat.completions.create(hello, withKey),
      await client.chat.completions.create(hello, withKey),
    ]
    expect(ids[0]?.id).not.toBe(ids[1]?.id)
    expect(fake.executions('job-1')).toBe(2)
  })
  await withFake({ idempotent: true, text: ({ at }) => `said at ${at}` }, async (client, fake) => {
    const first = await client.chat.completions.create(hello, withKey)
    const second = await client.chat.completions.create(hello, withKey)
    expect(second).toMatchObject({ id: first.id, choices: first.choices })
    await client.chat.completions.create(hello)
    expect(fake.executions('job-1')).toBe(1)
    expect(fake.counts()).toMatchObject({ executed: 2, executions: { 'job-1': 1 } })
    const embed = () =>
      client.embeddings.create({ model: 'small', input: 'x' }, { headers: { 'Idempotency-Key': 'job-2' } })
    expect(await embed()).toEqual(await embed())
    expect(fake.executions('job-2')).toBe(1)
  })
})

test('work can be done whose answer is lost, and can not be done at all', async () => {
  await withFake({}, async (client, fake) => {
    fake.script('reset', { times: 1 })
    await errorOf(client.chat.completions.create(hello, withKey))
    expect(fake.executions('job-1')).toBe(0)
    fake.script({ name: 'reset', executes: true }, { times: 1 })
    await errorOf(client.chat.completions.create(hello, withKey))
    expect(fake.executions('job-1')).toBe(1)
  })
})

test('work counts as done when the client leaves before the answer', async () => {
  await withFake({ latencyMs: 10_000 }, async (client, fake) => {
    await errorOf(client.chat.completions.create(hello, { ...withKey, timeout: 200 }))
    await eventually(async () => expect(fake.counts()).toMatchObject({ client_left: 1, open: 0 }), 2_000)
    expect(fake.executions('job-1')).toBe(1)
  })
})

test('what it says can be changed while it runs, for each call', async () => {
  await withFake({ text: 'before' }, async (client, fake) => {
    const say = async () => (await client.chat.completions.create(hello)).choices[0]?.message.content
    expect(await say()).toBe('before')
    fake.script({ name: 'text', text: 'after' })
    expect(await say()).toBe('after')
    fake.script({ name: 'text', text: ({ model }) => `from ${model}` })
    expect(textOf(await streamed(client))).toBe('from small')
    fake.clearScript()
    expect(await say()).toBe('before')
    expect(fake.counts()).toMatchObject({ answered: 4, fault: 0 })
  })
})

test('a client that leaves in the middle of a stream ends it', async () => {
  await withFake({ text: 'word '.repeat(5_000), tokenDelayMs: 1 }, async (client, fake) => {
    const stream = await client.chat.completions.create({ ...hello, stream: true })
    for await (const { choices } of stream) if (choices[0]?.delta.content) stream.controller.abort()
    await eventually(async () => expect(fake.calls()[0]).toMatchObject({ ended: 'client_left' }), 2_000)
    expect(fake.calls()[0]?.leftAfterMs).toBeGreaterThan(0)
  })
})

test('an answer that was written but not read is one whose client left', async () => {
  await withFake({ text: 'x'.repeat(8_000_000) }, async (client, fake) => {
    const controller = new AbortController()
    await client.chat.completions.create(hello, { signal: controller.signal }).asResponse()
    expect(fake.counts()).toMatchObject({ answered: 1 })
    controller.abort()
    await eventually(async () => expect(fake.counts()).toMatchObject({ answered: 0, client_left: 1 }), 2_000)
  })
})

test('there is no control from outside unless it is wanted', async () => {
  await withFake({}, async (_, fake) => {
    expect((await fetch(`${fake.url}/control/counts`)).status).toBe(401)
    expect(fake.counts().calls).toBe(1)
  })
})
