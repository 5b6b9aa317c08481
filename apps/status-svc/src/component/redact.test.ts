import { componentSchema } from '@akashic/config'
import fc from 'fast-check'
import { definitionOf, durationText, type Definition } from './definition.ts'
import { mergePatch } from './merge-patch.ts'
import { redact, redactionMark, restoreSecrets, unresolvedMarks } from './redact.ts'

const withChecks = (...checks: readonly object[]): Definition =>
  definitionOf(componentSchema.parse({ id: 'web', name: 'Web', checks }))

const secret = 'hunter2hunter2hunter2'
const definition = withChecks(
  {
    kind: 'http',
    url: `https://user:${secret}@example.org/health?token=${secret}&page=2`,
    headers: { Authorization: `Bearer ${secret}`, accept: 'text/html' },
    method: 'POST',
    body: `{"password":"${secret}"}`,
  },
  { kind: 'http', url: `https://${secret}@example.org/` },
  { kind: 'postgres', url: `postgres://app:${secret}@db1:5432/app?sslmode=require` },
  { kind: 'redis', url: `redis://:${secret}@cache:6379/0` },
  { kind: 'openai', apiKey: secret },
  { kind: 'heartbeat', token: secret },
)

test('no secret of any kind of check is left in a shown definition', () => {
  expect(JSON.stringify(redact(definition))).not.toContain(secret)
})

test('an address that is no proper URL keeps its password too', () => {
  const urls = [`postgres://app:${secret}@db1:5432,db2:5432/app`, `postgres://app:${secret}/@:#${secret}@db1/app`]
  expect(JSON.stringify(redact({ checks: urls.map((url) => ({ kind: 'postgres', url })) }))).not.toContain(secret)
})

test('what is no secret is left as it was', () => {
  const [http, , postgres] = redact(definition)['checks'] as Record<string, unknown>[]
  expect(http).toMatchObject({
    url: `https://user:${redactionMark}@example.org/health?token=${redactionMark}&page=2`,
    headers: { Authorization: redactionMark, accept: 'text/html' },
  })
  expect(postgres!['url']).toBe(`postgres://app:${redactionMark}@db1:5432/app?sslmode=require`)
  const plain = withChecks(
    { kind: 'http', url: 'http://example.org:8080/users/@me?page=2', body: 'ping' },
    { kind: 'openai' },
  )
  expect(redact(plain)).toEqual(plain)
})

test('a shown definition is a definition that can be read again', () => {
  expect(componentSchema.safeParse(redact(definition)).success).toBe(true)
})

test('a definition that is sent back as it was shown keeps its secrets', () => {
  const shown = mergePatch(redact(definition), { name: 'Website' }) as Definition
  expect(restoreSecrets(shown, definition)).toEqual({ ...definition, name: 'Website' })
})

test('named checks keep their secrets when they change places, and a new secret replaces the old', () => {
  const before = withChecks(
    { kind: 'openai', name: 'one', apiKey: 'first-secret' },
    { kind: 'openai', name: 'two', apiKey: 'second-secret' },
  )
  const [one, two] = redact(before)['checks'] as Record<string, string>[]
  const sent = { ...before, checks: [two!, { ...one, apiKey: 'third-secret' }] } as Definition
  const restored = restoreSecrets(sent, before)['checks'] as Record<string, unknown>[]
  expect(restored.map((check) => check['apiKey'])).toEqual(['second-secret', 'third-secret'])
})

test('a mark that stands for nothing is found, so that it is never taken for a secret', () => {
  const sent = redact(definition)
  const restored = restoreSecrets(sent, withChecks({ kind: 'tcp', host: 'example.org', port: 80 }))
  expect(unresolvedMarks(restored)).toContain('/checks/0/headers/Authorization')
})

test('any duration is written so that it reads the same', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 * 86_400_000 }), (ms) => {
      const check = componentSchema.parse({
        id: 'a',
        name: 'A',
        checks: [{ kind: 'heartbeat', token: 'a-token-of-the-job', grace: durationText(ms) }],
      })
      expect(check.checks[0]).toMatchObject({ grace: ms })
    }),
  )
  expect(durationText(90_000)).toBe('90s')
  expect(durationText(0)).toBe('0ms')
})

test('a written definition reads as the same component', () => {
  const spec = componentSchema.parse({
    id: 'web',
    name: 'Web',
    group: 'Shop',
    dependsOn: ['db'],
    targets: { url: 'https://example.org' },
    checks: [
      {
        kind: 'http',
        url: 'https://example.org',
        certificateExpiresWithin: '14d',
        expectJson: { path: '$.ok', equals: true },
      },
    ],
  })
  expect(componentSchema.parse(definitionOf(spec))).toEqual(spec)
})
