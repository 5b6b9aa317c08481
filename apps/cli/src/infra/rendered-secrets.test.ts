import { secretsIn, withoutSecrets } from './rendered-secrets.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const manifest = `
apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data: { greeting: hello-there }
---
apiVersion: v1
kind: Secret
metadata: { name: web }
data: { key: ${base64('opensesame')} }
stringData: { pin: 8675309, short: on, pem: "first line\\nsecond line" }
---
`

test('what Secrets hold is hidden as it is, encoded, and line by line', () => {
  const secrets = secretsIn(manifest)
  const said = ['opensesame', base64('opensesame'), '8675309', base64('8675309'), 'second line']
  for (const text of said) expect(withoutSecrets(`got "${text}".`, secrets)).toBe('got "(hidden)".')
})

test('what is no secret, or too short for one, stays', () => {
  const text = 'ConfigMap web: hello-there is on'
  expect(withoutSecrets(text, secretsIn(manifest))).toBe(text)
})

test('the change that kubectl quotes is left out, whatever it is of', () => {
  const said =
    'Error: error when applying patch:\n{"spec":{"env":[{"value":"swordfish"}]}}\nto:\nResource: "x"\nfor: "STDIN": it is forbidden'
  expect(withoutSecrets(said, [])).toBe(
    'Error: error when applying patch: to:\nResource: "x"\nfor: "STDIN": it is forbidden',
  )
})

test('documents that are broken or empty hold nothing', () => {
  expect(secretsIn('kind: Secret\n  data: [\n---\n\n---\nkind: Secret\n')).toEqual([])
})
