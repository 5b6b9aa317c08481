import OpenAI from 'openai'
import type { Fault } from './faults.ts'
import { errorOf, hello, withFake } from './testing.ts'

const { RateLimitError, AuthenticationError, PermissionDeniedError, NotFoundError, BadRequestError } = OpenAI
const { InternalServerError, APIError } = OpenAI

type ErrorClass = abstract new (...args: never[]) => object

test.each<[Fault, ErrorClass, number, string | null]>([
  ['rate_limit', RateLimitError, 429, 'rate_limit_exceeded'],
  ['slow_down', RateLimitError, 429, 'slow_down'],
  ['insufficient_quota', RateLimitError, 429, 'insufficient_quota'],
  ['payment_required', APIError, 402, 'invalid_request_error'],
  ['billing_400', BadRequestError, 400, 'billing_hard_limit_reached'],
  ['invalid_key', AuthenticationError, 401, 'invalid_api_key'],
  ['forbidden', PermissionDeniedError, 403, 'unsupported_country_region_territory'],
  ['model_not_found', NotFoundError, 404, 'model_not_found'],
  ['context_length_exceeded', BadRequestError, 400, 'context_length_exceeded'],
  ['bad_request', BadRequestError, 400, null],
  [{ name: 'status', status: 500 }, InternalServerError, 500, null],
  [{ name: 'status', status: 502 }, InternalServerError, 502, null],
  [{ name: 'status', status: 503 }, InternalServerError, 503, null],
  [{ name: 'status', status: 504 }, InternalServerError, 504, null],
  [{ name: 'status', status: 529 }, InternalServerError, 529, null],
  ['overloaded', InternalServerError, 529, null],
  ['server_is_overloaded', InternalServerError, 503, 'server_is_overloaded'],
])('%j is the error that the API gives, and no work is done', async (fault, errorClass, status, code) => {
  await withFake({}, async (client, fake) => {
    fake.script(fault)
    for (const stream of [false, true]) {
      const error = await errorOf(client.chat.completions.create({ ...hello, stream }))
      expect(error).toBeInstanceOf(errorClass)
      expect(error).toMatchObject({ status, code })
    }
    expect(fake.counts()).toMatchObject({ calls: 2, fault: 2, executed: 0 })
  })
})

test('overload is named in the type, and is of its native form at Anthropic', async () => {
  await withFake({}, async (client, fake) => {
    fake.script('overloaded')
    expect((await errorOf(client.models.list())).type).toBe('overloaded_error')
  })
  await withFake({ kind: 'anthropic' }, async (_, fake) => {
    fake.script('overloaded', { times: 1 })
    fake.script('rate_limit')
    const ask = async (): Promise<unknown> => (await fetch(`${fake.baseUrl}/models`)).json()
    expect(await ask()).toEqual({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })
    expect(await ask()).toMatchObject({ error: { type: 'rate_limit_error', code: 'rate_limit_error' } })
  })
})

test('Azure gives statuses as codes, and Anthropic tells of money in its own form', async () => {
  await withFake({ kind: 'azure' }, async (client, fake) => {
    fake.script('rate_limit')
    expect((await errorOf(client.models.list())).error).toEqual({ code: '429', message: 'Rate limit reached.' })
  })
  await withFake({ kind: 'anthropic' }, async (_, fake) => {
    fake.script('billing_400', { times: 1 })
    fake.script('payment_required')
    const response = await fetch(`${fake.baseUrl}/models`)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringContaining('credit balance') as string },
    })
    const unpaid = await fetch(`${fake.baseUrl}/models`)
    expect(unpaid.status).toBe(402)
    expect(await unpaid.json()).toMatchObject({ type: 'error', error: { type: 'billing_error' } })
  })
})

test('a refusal says how long to wait in seconds, as a date, in milliseconds, in any words, or not at all', async () => {
  await withFake({}, async (client, fake) => {
    fake.script({ name: 'rate_limit', retryAfter: { seconds: 7 } }, { times: 1 })
    fake.script({ name: 'rate_limit', retryAfter: { at: '2026-01-01T00:00:09Z' } }, { times: 1 })
    fake.script({ name: 'status', status: 503, retryAfter: { ms: 250 } }, { times: 1 })
    fake.script({ name: 'slow_down', retryAfter: { text: 'soon' } }, { times: 1 })
    fake.script('rate_limit')
    const said: (string | null | undefined)[][] = []
    for (let i = 0; i < 5; i++) {
      const { headers } = await errorOf(client.models.list())
      said.push([headers?.get('retry-after'), headers?.get('retry-after-ms')])
    }
    expect(said).toEqual([
      ['7', null],
      ['Thu, 01 Jan 2026 00:00:09 GMT', null],
      [null, '250'],
      ['soon', null],
      [null, null],
    ])
  })
})

test('faults happen to the calls that they are for, as often as said, in the order of the script', async () => {
  await withFake({}, async (client, fake) => {
    const outcomes = async (calls: number, model = 'small'): Promise<(number | undefined)[]> => {
      const statuses: (number | undefined)[] = []
      for (let i = 0; i < calls; i++) {
        const call = client.chat.completions.create({ ...hello, model })
        statuses.push(
          await call.then(
            () => 200,
            (error: InstanceType<typeof APIError>) => error.status,
          ),
        )
      }
      return statuses
    }
    fake.script({ name: 'status', status: 500 }, { times: 2, afterCalls: 1, model: 'small' })
    fake.script('slow_down', { times: 1, model: 'large' })
    fake.script('overloaded', { path: 'embeddings' })
    expect(await outcomes(5)).toEqual([200, 500, 500, 200, 200])
    expect(await outcomes(2, 'large')).toEqual([429, 200])
    const embed = () => client.embeddings.create({ model: 'small', input: 'x' })
    expect((await errorOf(embed())).status).toBe(529)
    fake.clearScript()
    fake.script('reset', { times: 0 })
    expect((await embed()).data).toHaveLength(1)
  })
})
