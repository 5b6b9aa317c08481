import fc from 'fast-check'

/** Long enough to be found again, and like no word. */
export const aSecret: fc.Arbitrary<string> = fc.stringMatching(/^Zq[A-Za-z0-9]{14,30}9x$/)

/** How secrets stand in the words of programs. */
export const planted: readonly ((secret: string) => string)[] = [
  (secret) => `postgres://shop:${secret}@db:5432/shop`,
  (secret) => `https://${secret}@registry.example/v2/`,
  (secret) => `password=${secret}`,
  (secret) => `DB_PASSWORD: ${secret}`,
  (secret) => `password = "${secret}"`,
  (secret) => `{"api_key":"${secret}","n":1}`,
  (secret) => `{"client_secret" : "${secret}"}`,
  (secret) => `"{\\"token\\":\\"${secret}\\"}"`,
  (secret) => `aws_secret_access_key=${secret}`,
  (secret) => `AccountKey=${secret};EndpointSuffix=core.windows.net`,
  (secret) => `--db-password ${secret}`,
  (secret) => `--token=${secret}`,
  (secret) => `Authorization: Bearer ${secret}`,
  (secret) => `authorization: Basic ${secret}`,
  (secret) => `sent bearer ${secret} to the server`,
  (secret) => `Cookie: session=${secret}`,
  (secret) => `https://bucket.example/web?X-Amz-Signature=${secret}&X-Amz-Expires=60`,
  (secret) => `https://api.example/?access_token=${secret}`,
  (secret) => `-----BEGIN RSA PRIVATE KEY-----\n${secret}\n-----END RSA PRIVATE KEY-----`,
  (secret) => `-----BEGIN OPENSSH PRIVATE KEY-----\n${secret}`,
  (secret) => `eyJhbGciOiJIUzI1NiJ9.eyJ${secret}.${secret}`,
  (secret) => `ghp_${secret.padEnd(36, 'x')}`,
  (secret) => `{"name":"DB_PASSWORD","value":"${secret}"}`,
  (secret) => `{"kind":"Secret","data":{"user":"${secret}"}}`,
  (secret) => `kind: Secret\nstringData:\n  user: ${secret}\n  colour: red`,
  // As names of hosts, images and objects are written, with what follows them.
  (secret) => `keycloak.admin-password:${secret}`,
  (secret) => `connect ECONNREFUSED auth-token:${secret}`,
  (secret) => `amqp://password:${secret}`,
  (secret) => `secret-key:1.2-${secret}`,
  (secret) => `auth-token:12.34-${secret}`,
  (secret) => `image "shop/token-service:1.2-${secret}"`,
  (secret) => `ConfigMap shop/db-password: ${secret}`,
  (secret) => `Pod shop/token: ${secret}`,
]

const before = ['', 'Error: ', 'ConfigMap ', 'Pod shop/', 'image "', 'image "registry.example/shop/']
const calling = ['connect ECONNREFUSED ', 'connecting to ', 'dial tcp ', 'lookup ', '-> ', 'upstream "', 'upstream=']
const ofOthersThanWebs = ['amqp://', 'redis://', 'smtp://', 'postgres://']
const beginnings = ['', 'auth-', 'db.', 'keycloak.admin-', 'my-secret.', 'shop/db-', 'token-']
const ends = ['password', 'passwd', 'passphrase', 'pwd', 'secret', 'token', 'token-pin', 'secret-key', 'api-key']
const otherEnds = ['credentials', 'authorization', 'jwt-secret', 'access-key']

/** A secret of digits alone, after a name that ends as those of secrets do: all that tells it from a port. */
export const aPinLikeAPort: fc.Arbitrary<{ readonly pin: string; readonly text: string }> = fc
  .tuple(
    fc.constantFrom(...before, ...calling, ...ofOthersThanWebs),
    fc.constantFrom(...beginnings),
    fc.constantFrom(...ends, ...otherEnds),
    fc.stringMatching(/^[1-9]\d{3,4}$/),
  )
  .map(([around, begins, word, pin]) => ({ pin, text: `${around}${begins}${word}:${pin}` }))
