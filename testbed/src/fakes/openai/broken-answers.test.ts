import { FakeClock } from '@akashic/shared/clock'
import type OpenAI from 'openai'
import { APIConnectionError, APIError } from 'openai'
import { eventually } from '../../eventually.ts'
import type { Fault } from './faults.ts'
import { clientOf, errorOf, hello, streamed, textOf, withFake } from './testing.ts'

const text = 'one two three four five six'

/** What came of a stream: the text before it ended, and the error it ended with. */
async function streamOf(client: OpenAI): Promise<{ text: string; finish?: string | null; error?: unknown }> {
  let got = ''
  let finish: string | null | undefined
  try {
    for await (const { choices } of await client.chat.completions.create({ ...hello, stream: true })) {
      got += choices[0]?.delta.content ?? ''
      finish = choices[0]?.finish_reason ?? finish
    }
    return { text: got, finish }
  } catch (error) {
    return { text: got, finish, error }
  }
}

async function streamWith(fault: Fault): Promise<{ text: string; finish?: string | null; error?: unknown }> {
  let result: { text: string; finish?: string | null; error?: unknown } = { text: '' }
  await withFake({ text }, async (client, fake) => {
    fake.script(fault)
    result = await streamOf(client)
    await eventually(async () => expect(fake.calls()[0]).toMatchObject({ ended: 'fault', status: 200 }), 2_000)
  })
  return result
}

async function answerWith(fault: Fault): Promise<OpenAI.ChatCompletion> {
  let answer: OpenAI.ChatCompletion | undefined
  await withFake({ text }, async (client, fake) => {
    fake.script(fault)
    answer = await client.chat.completions.create(hello)
  })
  return answer!
}

test('a reset connection and a server that is not there are connection errors', async () => {
  await withFake({}, async (client, fake) => {
    fake.script('reset', { times: 1 })
    expect(await errorOf(client.models.list())).toBeInstanceOf(APIConnectionError)
    expect(fake.calls()[0]).toMatchObject({ fault: 'reset', ended: 'fault' })
    await fake.stop()
    expect(fake.isOpen()).toBe(false)
    expect(await errorOf(client.models.list())).toBeInstanceOf(APIConnectionError)
    await fake.start()
    expect((await client.models.list()).data).toHaveLength(2)
  })
})

test('the page of a proxy is no JSON', async () => {
  await withFake({}, async (client, fake) => {
    fake.script('html_502')
    const error = await errorOf(client.models.list())
    expect(error).toMatchObject({ status: 502, error: undefined })
    expect(error.message).toContain('<h1>')
  })
})

test('a stream that is cut after some tokens is a connection that broke', async () => {
  const { text: got, error } = await streamWith({ name: 'cut_stream', afterTokens: 2 })
  expect(got).toBe('one two')
  expect(String((error as Error).message + String((error as Error).cause))).toMatch(/terminated|closed/)
})

test('a stream that ends without the end has neither a reason nor an error', async () => {
  expect(await streamWith({ name: 'ends_without_done', afterTokens: 4 })).toEqual({ text: 'one two three four' })
})

test('an error in a stream is an error of the API', async () => {
  const { text: got, error } = await streamWith('error_in_stream')
  expect(got).toBe('one two three')
  expect(error).toBeInstanceOf(APIError)
  expect(error).toMatchObject({ type: 'server_error' })
})

test('broken events are broken JSON', async () => {
  expect((await streamWith('broken_sse')).error).toBeInstanceOf(SyntaxError)
})

test('streams with nothing in them end well', async () => {
  expect(await streamWith('empty_stream')).toEqual({ text: '' })
  expect(await streamWith('empty_body')).toEqual({ text: '' })
  expect(await streamWith('no_choices')).toEqual({ text: '' })
  expect(await streamWith('empty_content')).toEqual({ text: '', finish: 'stop' })
})

test('a stream can be huge, by its events or in a single line', async () => {
  const { text: got, finish } = await streamWith({ name: 'huge', bytes: 1_000_000 })
  expect(got).toHaveLength(1_000_000)
  expect(finish).toBe('stop')
  await withFake({}, async (_, fake) => {
    fake.script({ name: 'huge_stream_line', bytes: 1_000_000 })
    const { baseURL, apiKey } = clientOf(fake)
    const headers = { authorization: `Bearer ${apiKey}` }
    const body = JSON.stringify({ ...hello, stream: true })
    const response = await fetch(`${baseURL}/chat/completions`, { method: 'POST', headers, body })
    const line = (await response.text()).split('\n').at(-1)
    expect(line?.length).toBeGreaterThan(1_000_000)
  })
})

test('answers are without choices, without content, and huge', async () => {
  expect((await answerWith('no_choices')).choices).toEqual([])
  expect((await answerWith('empty_content')).choices[0]).toMatchObject({
    finish_reason: 'stop',
    message: { content: '' },
  })
  const huge = await answerWith('huge')
  expect(JSON.stringify(huge).length).toBeGreaterThan(10_000_000)
  expect(huge.choices[0]?.message.content).toBe(text)
})

test.each<Fault>(['broken_json', 'cut_stream', 'ends_without_done', 'empty_body', 'error_in_stream'])(
  '%s leaves no answer to read',
  async (fault) => {
    const answer = answerWith(fault).then((completion) => completion?.choices)
    await expect(fault === 'empty_body' ? answer.then((choices) => choices[0]) : answer).rejects.toThrow()
  },
)

test('a server that hangs or stalls answers nothing more, and sees when the client has gone', async () => {
  await withFake({ text }, async (_, fake) => {
    const client = clientOf(fake)
    fake.script('hang', { times: 1 })
    expect(await errorOf(client.models.list({ timeout: 200 }))).toBeInstanceOf(APIConnectionError)
    fake.script('stalled_stream')
    const stream = await client.chat.completions.create({ ...hello, stream: true })
    let got = ''
    for await (const { choices } of stream) {
      got += choices[0]?.delta.content ?? ''
      if (got === 'one two three') stream.controller.abort()
    }
    expect(got).toBe('one two three')
    await eventually(async () => expect(fake.counts()).toMatchObject({ client_left: 2, open: 0 }), 2_000)
    const [hung, stalled] = fake.calls()
    expect(hung?.leftAfterMs).toBeGreaterThan(150)
    expect(stalled).toMatchObject({ fault: 'stalled_stream', ended: 'client_left', stream: true })
  })
})

test('calls that are open when the server goes are not clients that left', async () => {
  await withFake({}, async (client, fake) => {
    fake.script('hang')
    const ended = errorOf(client.models.list())
    await eventually(async () => expect(fake.counts().open).toBe(1), 2_000)
    await fake.stop()
    expect(await ended).toBeInstanceOf(APIConnectionError)
    expect(fake.counts()).toMatchObject({ fault: 1, client_left: 0, open: 0 })
  })
})

test('latency, slow heads, slow first tokens and the time between tokens are of the clock', async () => {
  const clock = new FakeClock()
  const waits: number[] = []
  const noting = {
    now: () => clock.now(),
    after: (delayMs: number, action: () => void) => {
      waits.push(delayMs)
      return clock.after(0, action)
    },
  }
  await withFake({ text, clock: noting, latencyMs: 40, tokenDelayMs: 5 }, async (client, fake) => {
    const run = setInterval(() => clock.advance(1), 1)
    fake.script({ name: 'slow_headers', ms: 2_000 }, { times: 1 })
    fake.script({ name: 'slow_first_token', ms: 300 }, { times: 1 })
    expect(textOf(await streamed(client))).toBe(text)
    expect(waits).toEqual([2_040, 300, 5, 5, 5, 5, 5])
    await client.chat.completions.create(hello)
    expect(waits.slice(7)).toEqual([40])
    clearInterval(run)
  })
})
