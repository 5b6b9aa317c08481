import type { ChannelSpec } from '@akashic/config'
import type { IncomingMessage } from 'node:http'
import { closeAll, failureOf, listening, send, speaking } from './channel-harness.ts'
import { withoutSecrets } from './without-secrets.ts'

afterEach(closeAll)

const secrets = {
  token: 'xoxb-1111-2222-t0kenOfTheBot',
  routingKey: 'R9ROUTINGKEY9876543210ABCDEF9999',
  hookPath: 'T0TEAM/B0HOOK/hookPathSecret99',
  query: 'queryS3cret/+value',
  user: 'userOfTheServer',
  password: 'p@ssw0rd"of the/server',
  signing: Buffer.from('the key by which we sign, 32 by.').toString('base64'),
}
/** As they are, and as a request may spell them. */
const spellings = Object.values(secrets).flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
])

const common = { name: 'c', timeout: 2_000 }
const login = `${secrets.user}:${encodeURIComponent(secrets.password)}`
const specsFor = (url: string): ChannelSpec[] => [
  { ...common, type: 'slack', token: secrets.token, channel: 'C1', apiUrl: url },
  { ...common, type: 'slack_webhook', url: `${url}/services/${secrets.hookPath}` },
  { ...common, type: 'pagerduty', routingKey: secrets.routingKey, apiUrl: url },
  {
    ...common,
    type: 'webhook',
    url: `${url.replace('://', `://${login}@`)}/${secrets.hookPath}?key=${encodeURIComponent(secrets.query)}`,
    secret: `whsec_${secrets.signing}`,
  },
]

function expectNoSecret(error: Error): void {
  const told = `${error.message}\n${error.stack}\n${JSON.stringify(error)}\n${String(error.cause)}`.toLowerCase()
  for (const spelling of spellings) expect(told).not.toContain(spelling.toLowerCase())
}

/** All that came: the first line, the headers and the body. */
async function wholeRequest(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk as string
  return `${request.url} ${request.rawHeaders.join(' ')} ${body} ${body.replaceAll(/\\"/g, '"')}`
}

const echoes: [string, (said: string) => string][] = [
  ['as JSON', (said) => JSON.stringify({ ok: false, error: said, message: said, errors: [said] })],
  ['its address first', (said) => JSON.stringify({ ok: false, error: said.slice(0, 150) })],
  ['its end as text', (said) => said.slice(-190)],
  ['its beginning as text', (said) => said.slice(0, 190)],
]

test.each(echoes)('no error tells a secret when a receiver echoes what was sent, %s', async (_, spoken) => {
  let status = 200
  const url = await listening((request, response) => {
    void wholeRequest(request).then((said) => response.writeHead(status).end(spoken(said)))
  })
  for (status of [200, 400, 429, 500]) {
    for (const spec of specsFor(url)) {
      if (status === 200 && spec.type !== 'slack') continue
      expectNoSecret(await failureOf(send(spec, { isRepeat: false })))
    }
  }
})

test('no error tells a secret when a receiver redirects to what was sent', async () => {
  const url = await listening((request, response) => {
    void wholeRequest(request).then(() => {
      const location = `http://${secrets.routingKey}.example.org${request.url}&t=${secrets.token}`
      response.writeHead(302, { location }).end()
    })
  })
  for (const spec of specsFor(url)) {
    const error = await failureOf(send(spec))
    expect(error.message).toContain('redirects to')
    if (spec.type === 'pagerduty') expectNoSecret(error)
    else expect(error.message).not.toMatch(/hookPath|queryS3cret|xoxb/)
  }
})

test('no error tells a secret when there is no answer', async () => {
  const url = await listening((request) => request.socket.destroy())
  const unreachable = ['http://127.0.0.1:1', 'http://no-such-host.invalid', 'http://169.254.169.254', url]
  for (const spec of unreachable.flatMap(specsFor)) expectNoSecret(await failureOf(send(spec)))
})

test('no error tells the password of a mail server that repeats every command', async () => {
  const lines: string[] = []
  const port = await speaking((socket) => {
    socket.write('220 ready\r\n')
    socket.on('data', (chunk) => {
      lines.push(chunk.toString())
      const isHello = chunk.toString().startsWith('EHLO')
      socket.write(isHello ? '250-here\r\n250 AUTH PLAIN LOGIN\r\n' : `535 ${secrets.password} ${chunk.toString()}`)
    })
  })
  const error = await failureOf(
    send({
      ...common,
      type: 'email',
      server: `smtp://${login}@127.0.0.1:${port}`,
      from: 'a@example.org',
      to: ['b@example.org'],
    }),
  )
  expect(lines.join('')).toContain('AUTH PLAIN')
  expect(error.message).toBe('127.0.0.1 answered 535 to AUTH PLAIN')
  expectNoSecret(error)
})

test('a secret is found however it is spelt, the longest first', () => {
  const text = 'a=abcd/efgh b=abcd%2Fefgh c=YWJjZC9lZmdo d=abcd e=ABCD/EFGH'
  expect(withoutSecrets(text, ['abcd', 'abcd/efgh'])).toBe('a=*** b=*** c=*** d=*** e=***')
})
