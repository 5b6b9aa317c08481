import { componentSchema } from '@akashic/config'
import fc from 'fast-check'
import { definitionOf, durationText, type Definition } from './definition.ts'
import { mergePatch } from './merge-patch.ts'
import { redact, unresolvedMarks } from './redact.ts'
import { redactionMark } from './redaction-mark.ts'
import { restoreSecrets } from './restore-secrets.ts'

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

test.each([
  `https://${secret}:x@example.org/`,
  `https://user:${secret}@example.org`,
  `https:user:${secret}@example.org`,
  `https:\\\\user:${secret}@example.org`,
  `ht\ntps://user:${secret}@example.org`,
  ` https://user:${secret}@example.org`,
  `https://example.org/?sig=${secret}`,
  `https://example.org/?a=b&code=${secret}#top`,
  `https://example.org/?${secret}`,
  `redis://:${secret}@cache`,
])('an address shows neither who signs in nor what its query says: %j', (url) => {
  expect(JSON.stringify(redact({ targets: { url }, checks: [{ kind: 'http', url }] }))).not.toContain(secret)
})

test('a header is shown only when it is known to carry no credential, and a body never', () => {
  const headers = { 'X-Session': secret, Cookie: secret, ACCEPT: 'text/html', Host: 'a', 'user-agent': 'b' }
  const [check] = redact(withChecks({ kind: 'http', url: 'https://a', method: 'POST', headers, body: secret }))[
    'checks'
  ] as Record<string, unknown>[]
  expect(check).toMatchObject({
    headers: {
      'X-Session': redactionMark,
      Cookie: redactionMark,
      ACCEPT: 'text/html',
      Host: 'a',
      'user-agent': 'b',
    },
    body: redactionMark,
  })
})

test('what is no secret is left as it was', () => {
  const [http, , postgres] = redact(definition)['checks'] as Record<string, unknown>[]
  expect(http).toMatchObject({
    url: `https://${redactionMark}@example.org/health?token=${redactionMark}&page=${redactionMark}`,
    headers: { Authorization: redactionMark, accept: 'text/html' },
  })
  expect(postgres!['url']).toBe(`postgres://${redactionMark}@db1:5432/app?sslmode=require`)
  const plain = withChecks(
    { kind: 'http', url: 'http://example.org:8080/users/@me?page=#top', body: '' },
    { kind: 'openai' },
    { kind: 'dns', host: 'example.org' },
  )
  expect(redact(plain)).toEqual(plain)
})

test('what was redacted once is not changed by redacting it again', () => {
  expect(redact(redact(definition))).toEqual(redact(definition))
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

const guarded = { kind: 'http', url: 'https://example.org/health', headers: { Authorization: secret } }

test.each([
  ['another host', { url: 'https://attacker.example/health' }],
  ['another port', { url: 'https://example.org:8443/health' }],
  ['no TLS', { url: 'http://example.org/health' }],
  ['another query', { url: 'https://example.org/health?to=attacker' }],
  ['another one who signs in', { url: 'https://someone@example.org/health' }],
  ['unverified TLS', { tlsVerify: false }],
  ['another virtual host', { headers: { Authorization: redactionMark, HOST: 'attacker.example' } }],
  ['another header', { headers: { 'X-Forwarded-Authorization': redactionMark } }],
])('a stored secret is not sent to %s', (_, change) => {
  const before = withChecks(guarded)
  const [check] = redact(before)['checks'] as Record<string, Definition[string]>[]
  const restored = restoreSecrets({ ...before, checks: [{ ...check, ...change }] }, before)
  expect(JSON.stringify(restored)).not.toContain(secret)
  expect(unresolvedMarks(restored)).not.toEqual([])
})

test('a check that follows redirects from now on needs its secrets anew', () => {
  const before = withChecks({ ...guarded, followRedirects: false })
  const [{ followRedirects: _, ...check }] = redact(before)['checks'] as [Record<string, Definition[string]>]
  expect(unresolvedMarks(restoreSecrets({ ...before, checks: [check] }, before))).not.toEqual([])
})

test('a check of another kind or at another base address gets no secrets back', () => {
  const before = withChecks({ kind: 'openai', apiKey: secret })
  const [check] = redact(before)['checks'] as [Record<string, Definition[string]>]
  const changes: Definition[] = [
    { baseUrl: 'https://attacker.example/v1' },
    { kind: 'http', url: 'https://api.openai.com' },
  ]
  for (const change of changes) {
    const restored = restoreSecrets({ ...before, checks: [{ ...check, ...change }] }, before)
    expect(JSON.stringify(restored)).not.toContain(secret)
  }
})

test('what does not lead elsewhere may change beside a kept secret, and defaults may be left out', () => {
  const before = withChecks(guarded)
  const sent = {
    kind: 'http',
    url: 'https://example.org/ready',
    interval: '30s',
    headers: { Authorization: redactionMark },
  }
  const [restored] = restoreSecrets({ ...before, checks: [sent] }, before)['checks'] as Record<string, unknown>[]
  expect(restored).toEqual({ ...sent, headers: { Authorization: secret } })
})

test('an address outside of the checks keeps its secret when it is sent back as it was shown', () => {
  const before = definitionOf(
    componentSchema.parse({ id: 'web', name: 'Web', targets: { url: `https://a:${secret}@b/?c=${secret}` } }),
  )
  expect(restoreSecrets(redact(before), before)).toEqual(before)
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
