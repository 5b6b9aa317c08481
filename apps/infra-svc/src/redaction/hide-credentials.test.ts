import fc from 'fast-check'
import { cleanLine } from './clean-line.ts'
import { hideCredentials } from './hide-credentials.ts'
import { hideInText } from './hide-secrets.ts'
import { aPinLikeAPort, aSecret, planted } from './testing/planted.ts'

test.each([
  'FATAL:  password authentication failed for user "shop"',
  'secret "db-password" not found',
  "couldn't find key password in Secret shop/db",
  'references non-existent secret key: token',
  'MountVolume.SetUp failed for volume "token" : secret "regcred" not found',
  'MountVolume.SetUp failed for volume "kube-api-access-x" : failed to fetch token: unauthorized',
  'failed to authorize: failed to fetch anonymous token: unexpected status 401 Unauthorized',
  'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
  'admission webhook "tokens.example" denied the request: token is missing',
  '0/3 nodes are available: 3 Insufficient cpu.',
  'Error: STRIPE_KEY is not set',
  'DB_PASSWORD: not set',
  'Get "https://registry.example/v2/web/manifests/9": dial tcp 10.0.0.1:443: connect: connection refused',
  'server answered 401: Basic authentication is required',
  'Error: connect ECONNREFUSED http://payments:80',
  'dial http://[::1]:80',
  'the db-key-rotation started',
  'imagePullSecrets: regcred -> other',
  'pods is forbidden: User "system:serviceaccount:secret-x7:robot" cannot list resource "pods"',
  'User "system:serviceaccount:token-1:secret-reader" cannot get resource "secrets"',
  'connect ECONNREFUSED token-service:8080',
  'Error: connect ECONNREFUSED secret-xd4abc84e:8081',
  'dial tcp secret-store.shop:8081: connect: connection refused',
  'http://secret-xd4abc84e:8081',
  'redis://token-cache:6379',
  'Get "http://auth-token:8080/healthz": EOF',
  'Failed to pull image "registry.example/shop/token-service:1.4.2-alpine": not found',
  'a.example/ -> secret-store:https',
  'Deployment shop/token-service: changed by kubectl-edit',
  'pod sk-learn-server-production-7d9f8c6b5-x2x9z is not ready',
])('%s is told as it is', (message) => {
  expect(hideCredentials(message)).toBe(message)
})

test.each([
  'password:12345',
  'token:8080',
  'token-service:8080a',
  'password-prod:12345',
  'Loading shop/password: hunter',
  'Secret shop/password: hunter',
  'serviceaccount:secret-x7:hunter2',
  'http://secret.example:hunter2/x',
  'TOKEN_KEY: 1.4.2',
  'keycloak.admin-password:12345',
  'auth-db-password:48213',
  'auth.jwt-secret:99999',
  'secret-key:12345',
  'my-secret.pwd:4821',
  'db.token-x:48213',
  'token-pin:4821',
  'connect ECONNREFUSED auth-token:48213',
  'secret-key:1.2-hunter2pass',
  'auth-token:12.34-abcdef0123456789abcd',
  'image "shop/token-service:1.2-hunter2pass"',
  'ConfigMap shop/db-password: correcthorsebatterystaple',
  'Pod shop/token: hunter',
  'amqp://password:1234',
  'redis://token:12345',
  'redis://auth-token:12345',
  'shop/db-token-x:48213',
])('%s may hold a secret, for all that it is like a name', (text) => {
  expect(hideCredentials(text)).toContain('(hidden)')
})

const around = fc.constantFrom('', 'Error: ', 'failed to start: ', '2026-11-20 level=error msg=', 'x, ')

test('a secret that is planted in any of its forms never comes out, and hiding it twice changes nothing more', () => {
  fc.assert(
    fc.property(aSecret, fc.constantFrom(...planted), around, around, (secret, plant, before, after) => {
      const shown = hideCredentials(before + plant(secret) + ' ' + after)
      expect(shown).not.toContain(secret)
      expect(shown).toContain('(hidden)')
      expect(hideCredentials(shown)).toBe(shown)
    }),
    { numRuns: 2_000 },
  )
})

test('a number after a name that ends as those of secrets do never comes out, wherever hosts or images may stand', () => {
  fc.assert(
    fc.property(aPinLikeAPort, around, ({ pin, text }, after) => {
      for (const hide of [hideCredentials, (given: string) => hideInText('args', given)]) {
        const shown = hide(`${text} ${after}`)
        expect(shown).not.toContain(`:${pin}`)
        expect(shown).toContain('(hidden)')
        expect(hide(shown)).toBe(shown)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('what is said around a secret stays', () => {
  expect(hideCredentials('login of shop with password=hunter2-x failed after 3 tries')).toBe(
    'login of shop with password=(hidden) failed after 3 tries',
  )
  expect(hideCredentials('DB_PASSWORD="a b c" PORT=80')).toBe('DB_PASSWORD="(hidden)" PORT=80')
})

test('a secret over which a line is cut does not come out in part', () => {
  fc.assert(
    fc.property(fc.integer({ min: 940, max: 1_000 }), (length) => {
      expect(
        cleanLine(`${'x '.repeat(length).slice(0, length)} postgres://shop:${'hunter2'.repeat(20)}@db`),
      ).not.toContain('hunt')
    }),
  )
})

test('of an address that was cut off within its password nothing of that is told', () => {
  expect(hideCredentials('Get "x", then postgres://shop:hunt')).toBe('Get "x", then postgres://(hidden)')
})

test('a text of any kind is looked through within a moment', () => {
  for (const piece of [
    'secret',
    'token_key-',
    '://',
    'eyJ',
    '"name":"token',
    '\\"',
    '-----BEGIN A',
    'data:\n x',
    '&key',
  ]) {
    const begun = performance.now()
    hideCredentials(piece.repeat(200_000))
    expect(performance.now() - begun).toBeLessThan(1_000)
  }
})
