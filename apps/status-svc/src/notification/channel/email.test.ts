import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { makeAuthority, makeCertificate, startSmtp } from '@akashic/testbed'
import type { Mail } from '@akashic/testbed'
import type { ChannelOf } from '@akashic/config'
import { aMessage, aSender, closeAll, failureOf, opened, send, speaking } from './channel-harness.ts'

const trusted = getCACertificates('default')
afterEach(closeAll)
afterAll(() => setDefaultCACertificates(trusted))

const specOf = (server: number | string, some: Partial<ChannelOf<'email'>> = {}): ChannelOf<'email'> => ({
  type: 'email',
  name: 'mail',
  server: typeof server === 'number' ? `smtp://127.0.0.1:${server}` : server,
  from: 'Akashic <ops@example.org>',
  to: ['oncall@example.org'],
  timeout: 5_000,
  ...some,
})
const smtp = async (...options: Parameters<typeof startSmtp>) => opened(await startSmtp(...options))
const { signal } = new AbortController()

test('a mail says the message as plain text and as HTML', async () => {
  const server = await smtp()
  const { reference } = await send(specOf(server.port), {
    title: 'Zahlung\nfällt aus',
    facts: [{ name: 'a', value: '<b>' }],
  })
  expect(reference).toBe(`<${aMessage().id}@akashic>`)
  expect(server.mails()).toMatchObject([
    {
      from: 'Akashic <ops@example.org>',
      to: 'oncall@example.org',
      subject: 'Zahlung fällt aus',
      messageId: reference,
      recipients: ['oncall@example.org'],
    },
  ])
  const [{ body, html, headers }] = server.mails() as [Mail]
  expect(body).toBe(
    [
      'Zahlung\nfällt aus',
      'Payments fail since 10:02.',
      'a: <b>',
      'Acknowledge: https://status.example.org/ack?t=signed\nRead in full: https://status.example.org/incidents/inc_1\n',
    ].join('\n\n'),
  )
  expect(html).toContain('<li><b>a:</b> &lt;b&gt;</li>')
  expect(html).toContain('<a href="https://status.example.org/ack?t=signed">Acknowledge</a>')
  expect(headers.get('auto-submitted')).toBe('auto-generated')
  expect(headers.has('in-reply-to')).toBe(false)
})

test('later mails about a subject answer its first one, over the connection that is open', async () => {
  const server = await smtp()
  const sender = aSender(specOf(server.port))
  const { reference: thread } = await sender.send(aMessage(), signal)
  expect(await sender.send(aMessage({ id: 'second', thread }), signal)).toEqual({ reference: thread })
  const [, second] = server.mails()
  expect(second?.messageId).toBe('<second@akashic>')
  expect([second?.headers.get('in-reply-to'), second?.headers.get('references')]).toEqual([thread, thread])
})

test('a repeat has the same Message-ID', async () => {
  const server = await smtp()
  await send(specOf(server.port))
  await send(specOf(server.port), { isRepeat: true })
  expect(new Set(server.mails().map(({ messageId }) => messageId)).size).toBe(1)
})

test('a person is written to instead of those whom the channel names; nobody to write to is told', async () => {
  const server = await smtp()
  await send(specOf(server.port), { to: 'ada@example.org' })
  expect(server.mails()[0]?.recipients).toEqual(['ada@example.org'])
  expect(await failureOf(send(specOf(server.port, { to: [] })))).toMatchObject({ isRetriable: false })
})

test.each([
  ['recipient', '450 4.2.1 mailbox busy', true, '450 4.2.1 to RCPT TO'],
  ['recipient', '550 5.1.1 no such mailbox', false, '550 5.1.1 to RCPT TO'],
  ['mail', '451 4.3.0 try later', true, '451 4.3.0 to DATA'],
  ['mail', '554 5.7.1 refused', false, '554 5.7.1 to DATA'],
] as const)('a %s refused by "%s"', async (refusedStep, answer, isRetriable, told) => {
  const server = await smtp({ refuse: (step) => (step === refusedStep ? answer : undefined) })
  const refused = await failureOf(send(specOf(server.port)))
  expect(refused).toMatchObject({ isRetriable, isUncertain: false, message: `127.0.0.1 answered ${told}` })
})

test('a single recipient that is refused is told, although the others have the mail', async () => {
  const refuse = (step: string, address: string) =>
    address.startsWith('gone') && step === 'recipient' ? '550 5.1.1 no' : undefined
  const server = await smtp({ refuse })
  const refused = await failureOf(send(specOf(server.port, { to: ['oncall@example.org', 'gone@example.org'] })))
  expect(refused).toMatchObject({ isRetriable: false, message: '127.0.0.1 refused 1 of the recipients: 550 5.1.1' })
  expect(server.mails()).toHaveLength(1)
})

test('a server that is silent once it has the mail may have taken it; before that it has not', async () => {
  const late = await smtp({ refuse: (step) => (step === 'mail' ? 'silence' : undefined) })
  const uncertain = await failureOf(send(specOf(late.port, { timeout: 300 })))
  expect(uncertain).toMatchObject({ isRetriable: true, isUncertain: true })
  expect(uncertain.message).toContain('no answer within 300ms')
  const early = await smtp({ refuse: () => 'silence' })
  expect(await failureOf(send(specOf(early.port, { timeout: 300 })))).toMatchObject({
    isRetriable: true,
    isUncertain: false,
  })
})

test('a server that is not there, greets with rubbish or without end is tried again', async () => {
  const server = await smtp()
  await server.stop()
  const gone = await failureOf(send(specOf(server.port)))
  expect(gone).toMatchObject({ isRetriable: true, isUncertain: false, message: '127.0.0.1: connection refused' })
  for (const greeting of ['HTTP/1.1 400 Bad Request\r\n\r\n', 'x'.repeat(10_485_760)]) {
    const port = await speaking((socket) => socket.end(greeting))
    expect(await failureOf(send(specOf(port)))).toMatchObject({ isRetriable: true, isUncertain: false })
  }
})

test.each(['smtp://169.254.169.254:25', 'smtps://[fd00:ec2::254]', 'smtp://0xa9fea9fe:25'])(
  'the metadata address %s is refused',
  async (server) => {
    const refused = await failureOf(send(specOf(server)))
    expect(refused).toMatchObject({ isRetriable: false, message: expect.stringContaining('not allowed') })
  },
)

test('a password that is refused is refused for good, and one that is right lets mail through', async () => {
  const server = await smtp({ login: { user: 'ops', password: 'right@pass' } })
  const as = (password: string) => specOf(`smtp://ops:${encodeURIComponent(password)}@127.0.0.1:${server.port}`)
  await send(as('right@pass'))
  expect(server.mails()).toHaveLength(1)
  const refused = await failureOf(send(as('wrong@pass')))
  expect(refused).toMatchObject({ isRetriable: false, message: '127.0.0.1 answered 535 5.7.8 to AUTH PLAIN' })
})

test('a password is not said to a server of the network that offers no TLS', async () => {
  const lines: string[] = []
  const port = await speaking((socket) => {
    socket.write('220 ready\r\n')
    socket.on('data', (chunk) => {
      lines.push(chunk.toString())
      socket.write(chunk.toString().startsWith('EHLO') ? '250-here\r\n250 AUTH PLAIN\r\n' : '502 5.5.1 no\r\n')
    })
  })
  // A spelling of loopback that only the resolver knows for it: to us it is a host as any other.
  const spec = specOf(`smtp://ops:secret@127.1:${port}`)
  expect(await failureOf(send(spec))).toMatchObject({
    isRetriable: false,
    message: '127.1 answered 502 5.5.1 to STARTTLS',
  })
  expect(lines.join('')).not.toContain('AUTH')
})

test('a connection that the server closed meanwhile is replaced', async () => {
  const server = await smtp()
  const sender = aSender(specOf(server.port))
  await sender.send(aMessage(), signal)
  await server.stop()
  const next = await smtp({ port: server.port })
  await sender.send(aMessage({ id: 'second' }), signal)
  expect(next.mails()).toHaveLength(1)
})

test('a certificate must be trusted where STARTTLS is offered', async () => {
  const authority = await makeAuthority()
  const server = await smtp({ certificate: await makeCertificate({ authority }) })
  const untrusted = await failureOf(send(specOf(server.port)))
  expect(untrusted).toMatchObject({ isRetriable: true, isUncertain: false })
  setDefaultCACertificates([...trusted, authority.cert])
  await send(specOf(server.port))
  expect(server.mails()).toHaveLength(1)
})
