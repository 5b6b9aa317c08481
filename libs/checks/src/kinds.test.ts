import { checkKinds } from '@akashic/config'
import type { CheckInput } from '@akashic/config'
import { aCheck, aContext } from './testing/check-now.ts'
import { checkHost, describeTarget } from './kinds.ts'
import { runCheck } from './run-check.ts'

const active = [
  { kind: 'http', url: 'https://user:s3cret@example.org:8443/health?key=s3cret' },
  { kind: 'tcp', host: 'example.org', port: 22 },
  { kind: 'dns', host: 'example.org' },
  { kind: 'tls', host: 'example.org' },
  { kind: 'postgres', url: 'postgres://user:s3cret@example.org/db' },
  { kind: 'redis', url: 'rediss://:s3cret@example.org:6380/1' },
  { kind: 'kafka', brokers: ['example.org:9092', 'two.example.org:9092'] },
  { kind: 'smtp', host: 'example.org' },
  { kind: 'grpc', host: 'example.org', port: 50051 },
  { kind: 'openai', baseUrl: 'https://example.org/v1', apiKey: 's3cret' },
] as const
const passive = [{ kind: 'heartbeat', token: 's3cret-s3cret-s3cret' }, { kind: 'reported' }] as const

test('every kind of the configuration is covered here', () => {
  const kinds = checkKinds.map((schema) => schema.shape.kind.value)
  expect([...active, ...passive].map(({ kind }) => kind).sort()).toEqual([...kinds].sort())
})

test.each(active)('a $kind check names the host it goes to, and describes its target without credentials', (input) => {
  const spec = aCheck(input as CheckInput)
  expect(checkHost(spec)).toBe('example.org')
  expect(describeTarget(spec)).toContain('example.org')
  expect(describeTarget(spec)).not.toContain('s3cret')
})

test.each(active.filter(({ kind }) => kind !== 'dns'))('a $kind check goes to no metadata address', async (input) => {
  const text = JSON.stringify(input).replaceAll(/(two\.)?example\.org/g, '169.254.169.254')
  const result = await runCheck(aCheck(JSON.parse(text) as CheckInput), aContext())
  expect(result).toMatchObject({ outcome: 'unknown', neverAnswered: false, failure: { code: 'forbidden' } })
})

test.each(passive)('a $kind check cannot be made by going out: unknown', async (input) => {
  const spec = aCheck(input)
  expect(checkHost(spec)).toBe('')
  expect(await runCheck(spec, aContext())).toMatchObject({ outcome: 'unknown', neverAnswered: false, latencyMs: null })
})

test('a check of a process that is stopping is not begun', async () => {
  const signal = AbortSignal.abort()
  const result = await runCheck(aCheck({ kind: 'tcp', host: '127.0.0.1', port: 1 }), aContext({ signal }))
  expect(result).toMatchObject({ outcome: 'unknown', failure: { code: 'cancelled' } })
})
