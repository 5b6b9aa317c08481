import { APIConnectionError } from 'openai'
import { startFakeOpenAiProcess } from './process.ts'
import { apiKey, clientOf, errorOf, hello } from './testing.ts'

test('the fake runs as a process that is scripted, read, held still, killed and started again', async () => {
  const fake = await startFakeOpenAiProcess({ apiKey, models: ['small'], text: 'from another process' })
  try {
    const client = clientOf(fake)
    const say = async () => (await client.chat.completions.create(hello)).choices[0]?.message.content
    expect(await say()).toBe('from another process')
    await fake.script('overloaded', { times: 1 })
    expect((await errorOf(say())).status).toBe(529)
    await fake.script({ name: 'text', text: 'damaged' })
    expect(await say()).toBe('damaged')
    await fake.clear()
    expect(await fake.counts()).toMatchObject({ calls: 3, answered: 2, fault: 1, executed: 2 })
    expect((await fake.calls()).map(({ fault }) => fault)).toEqual([undefined, 'overloaded', undefined])

    fake.pause()
    const waiting = client.withOptions({ timeout: 300 }).models.list()
    expect(await errorOf(waiting)).toBeInstanceOf(APIConnectionError)
    fake.resume()
    expect(await say()).toBe('from another process')

    await fake.kill()
    expect(await errorOf(say())).toBeInstanceOf(APIConnectionError)
    await fake.restart()
    expect(await say()).toBe('from another process')
    expect(await fake.counts()).toMatchObject({ calls: 1 })
  } finally {
    await fake.stop()
  }
})
