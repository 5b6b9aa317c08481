import { hideSecrets } from './hide-secrets.ts'

const hunter = 'hunter2'

describe('values of a release', () => {
  test.each([
    ['a name that looks secret', { db: { password: hunter } }],
    ['anything under such a name', { credentials: { user: hunter, ports: [hunter] } }],
    ['a variable by its name', { env: [{ name: 'API_TOKEN', value: hunter }] }],
    ['a URL with credentials', { url: `postgres://me:${hunter}@db/shop` }],
    ['a query of a URL', { url: `https://x.example/?access_token=${hunter}` }],
    ['a line of a configuration file', { file: `[db]\nhost = db\npassword = ${hunter}\n` }],
    ['an argument', { args: ['--port', '80', `--db-password ${hunter}`] }],
    ['a header', { header: `Authorization: Bearer ${hunter}${hunter}` }],
    ['a key in PEM', { file: `-----BEGIN RSA PRIVATE KEY-----\n${hunter}\n-----END RSA PRIVATE KEY-----` }],
    ['a manifest of a Secret', { extra: [{ kind: 'Secret', stringData: { user: hunter } }] }],
    ['one that is a text', { extra: [`kind: Secret\nstringData:\n  user: ${hunter}`] }],
    [
      'what kubectl keeps of its last apply',
      { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"data":{"user":"${hunter}"}}` } },
    ],
  ])('hide %s', (_, values) => {
    expect(JSON.stringify(hideSecrets(values))).not.toContain(hunter)
  })

  test('tell whom they call, and as whom', () => {
    const values = { args: ['--upstream=token-service:8080', 'system:serviceaccount:secret-x7:robot'] }
    expect(hideSecrets(values)).toEqual(values)
  })

  test('hide what is cut off in its midst', () => {
    const url = `${'x '.repeat(990)} postgres://shop:${hunter}${'y'.repeat(100)}@db`
    expect(JSON.stringify(hideSecrets({ url }))).not.toContain(hunter)
  })

  test('of any length and depth are told within a moment', () => {
    const begun = performance.now()
    hideSecrets({
      a: 'secret.'.repeat(200_000),
      b: 'a.'.repeat(500_000),
      c: JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)),
    })
    expect(performance.now() - begun).toBeLessThan(1_000)
  })

  test('hide numbers under such a name', () => {
    expect(hideSecrets({ passcode: 4711 })).toEqual({ passcode: '(hidden)' })
  })

  test('show the rest as it is', () => {
    const values = {
      image: { repository: 'web', tag: '1.2' },
      replicas: 2,
      auth: { enabled: true },
      hosts: ['a.b'],
      x: null,
    }
    expect(hideSecrets(values)).toEqual(values)
  })
})
