import { startFakeOpenAi, startHttp } from '@akashic/testbed'
import { checkNow } from './testing/check-now.ts'

const apiKey = 'test-key-0001'

async function check(input: object = {}, fault?: 'rate_limit' | 'insufficient_quota') {
  const server = await startFakeOpenAi({ apiKey, models: ['small', 'large'] })
  if (fault) server.script(fault)
  const result = await checkNow({ kind: 'openai', baseUrl: server.baseUrl, apiKey, ...input })
  await server.stop()
  return result
}

test('an API that lists its models is operational', async () => {
  expect(await check()).toMatchObject({ outcome: 'operational', neverAnswered: false })
  expect(await check({ model: 'large' })).toMatchObject({ outcome: 'operational' })
})

test('a model that is not in the list is degraded', async () => {
  expect(await check({ model: 'huge' })).toMatchObject({
    outcome: 'degraded',
    failure: { sentence: 'model not available' },
  })
})

test('bad credentials are degraded, as the API is reachable, and are not repeated', async () => {
  const result = await check({ apiKey: 'wrong-key-0002' })
  expect(result).toMatchObject({ outcome: 'degraded', failure: { sentence: 'credentials refused' } })
  expect(JSON.stringify(result)).not.toContain('wrong-key-0002')
})

test('a rate limit and a spent quota are degraded, and the detail tells which', async () => {
  const limited = await check({}, 'rate_limit')
  expect(limited).toMatchObject({ outcome: 'degraded', failure: { code: 'limited' } })
  expect(limited.failure?.detail).toContain('rate_limit_exceeded')
  expect((await check({}, 'insufficient_quota')).failure?.detail).toContain('insufficient_quota')
})

test('an error of the server is an outage, and something else than an API is degraded', async () => {
  let status = 500
  const server = await startHttp((_, response) => response.writeHead(status).end('<html>'))
  const ask = () => checkNow({ kind: 'openai', baseUrl: server.url, apiKey })
  expect(await ask()).toMatchObject({ outcome: 'outage', neverAnswered: false, failure: { code: 'status' } })
  status = 200
  expect(await ask()).toMatchObject({ outcome: 'degraded', failure: { code: 'answer' } })
  await server.stop()
})
