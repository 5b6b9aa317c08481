import { startSlack } from '@akashic/testbed'
import type { FakeSlack } from '@akashic/testbed'
import type { ChannelOf } from '@akashic/config'
import { aMessage, aSender, closeAll, failureOf, opened, send } from './channel-harness.ts'
import { describeHttpSender } from './http-sender-contract.ts'

let slack: FakeSlack
beforeEach(async () => (slack = opened(await startSlack())))
afterEach(closeAll)

const channel = 'C0000000001'
const specOf = ({ url, token }: FakeSlack, some: Partial<ChannelOf<'slack'>> = {}): ChannelOf<'slack'> => ({
  type: 'slack',
  name: 'ops',
  token,
  channel,
  apiUrl: url,
  timeout: 5_000,
  ...some,
})

describeHttpSender({
  countsByStatus: false,
  async start() {
    const fake = await startSlack()
    return {
      ...fake,
      spec: (url = fake.url) => specOf(fake, { apiUrl: url }),
      taken: () => fake.messages(channel).length,
    }
  },
})

test('a message has blocks, a text for what shows none, and its id; its reference is its ts', async () => {
  const receipt = await send(specOf(slack))
  const [message] = slack.messages(channel)
  expect(receipt).toEqual({ reference: message?.ts })
  const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } })
  expect(message).toEqual({
    ts: expect.stringMatching(/^\d{10}\.\d{6}$/),
    text: 'Checkout is down\nPayments fail since 10:02.',
    blocks: [
      section('*Checkout is down*'),
      section('Payments fail since 10:02.'),
      section('• *Severity:* SEV-1'),
      section(
        '<https://status.example.org/ack?t=signed|Acknowledge>  ·  <https://status.example.org/incidents/inc_1|Read in full>',
      ),
      { type: 'context', elements: [{ type: 'mrkdwn', text: 'critical · trigger' }] },
    ],
    metadata: { event_type: 'akashic_notification', event_payload: { id: aMessage().id } },
  })
})

test('later messages are in the thread of the first, whose reference they keep', async () => {
  const sender = aSender(specOf(slack))
  const { signal } = new AbortController()
  const { reference: thread } = await sender.send(aMessage(), signal)
  const update = aMessage({ id: 'second', action: 'update', thread })
  expect(await sender.send(update, signal)).toEqual({ reference: thread })
  expect(slack.messages(channel).map(({ thread_ts }) => thread_ts)).toEqual([undefined, thread])
})

test('what was written by others mentions nobody, and fits however long it is', async () => {
  const facts = Array.from({ length: 200 }, (_, at) => ({ name: `fact ${at}`, value: '<!channel> & more' }))
  await send(specOf(slack), { title: 'x < y <@U1> '.repeat(400), body: '<!here>'.repeat(2_000), facts })
  const [message] = slack.messages(channel)
  const written = JSON.stringify(message)
  expect(written).toContain('&lt;!channel&gt; &amp; more')
  expect(written).not.toMatch(/<[!@]/)
  expect(written).not.toMatch(/&[a-z]{0,3}…/)
})

test('a person is written to by the id of the user', async () => {
  await send(specOf(slack), { to: 'U0000000042' })
  expect([slack.messages('U0000000042').length, slack.messages(channel).length]).toEqual([1, 0])
})

describe('a repeat', () => {
  test('that was delivered the first time is found and not sent again', async () => {
    slack.failNext(1, 'lose-answer')
    expect(await failureOf(send(specOf(slack)))).toMatchObject({ isUncertain: true })
    const receipt = await send(specOf(slack), { isRepeat: true })
    expect(slack.messages(channel).map(({ ts }) => ts)).toEqual([receipt.reference])
    expect(slack.calls('chat.postMessage')).toBe(1)
  })

  test('in a thread is found there', async () => {
    const { reference: thread } = await send(specOf(slack))
    const second = { id: 'second', thread }
    slack.failNext(1, 'lose-answer')
    await failureOf(send(specOf(slack), second))
    expect(await send(specOf(slack), { ...second, isRepeat: true })).toEqual({ reference: thread })
    expect(slack.messages(channel)).toHaveLength(2)
  })

  test('that was not delivered is sent, and another message is not taken for it', async () => {
    await send(specOf(slack), { id: 'another' })
    slack.failNext(1, 'break')
    await failureOf(send(specOf(slack)))
    await send(specOf(slack), { isRepeat: true })
    expect(slack.messages(channel).map(({ metadata }) => metadata?.event_payload['id'])).toEqual([
      'another',
      aMessage().id,
    ])
  })

  test('is sent when Slack does not let us look', async () => {
    slack.forbidHistory()
    await send(specOf(slack), { isRepeat: true })
    expect(slack.messages(channel)).toHaveLength(1)
  })

  test('into a channel given by its name is found once a message has told its id', async () => {
    const sender = aSender(specOf(slack, { channel: '#ops' }))
    const { signal } = new AbortController()
    await sender.send(aMessage(), signal)
    await sender.send(aMessage({ isRepeat: true }), signal)
    expect(slack.messages(channel)).toHaveLength(1)
  })

  test('waits when Slack cannot be asked just now', async () => {
    slack.rateLimit(30_000)
    const busy = await failureOf(send(specOf(slack), { isRepeat: true }))
    expect(busy).toMatchObject({ isRetriable: true, isUncertain: true })
    expect(busy.retryAfterMs).toBeGreaterThan(0)
    slack.rateLimit(0)
    slack.failNext(1, { error: 'ratelimited' })
    expect(await failureOf(send(specOf(slack), { isRepeat: true }))).toMatchObject({ isUncertain: true })
    expect(slack.messages(channel)).toHaveLength(0)
  })
})

test.each([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'channel_not_found',
  'is_archived',
  'not_in_channel',
  'token_revoked',
  'missing_scope',
  'some_new_error',
])('%s is refused for good', async (error) => {
  slack.failNext(1, { error })
  const refused = await failureOf(send(specOf(slack)))
  expect(refused).toMatchObject({ isRetriable: false, isUncertain: false })
  expect(refused.message).toMatch(new RegExp(`^127\\.0\\.0\\.1:\\d+ refused the message: ${error}$`))
})

test.each(['ratelimited', 'internal_error', 'fatal_error', 'service_unavailable'])(
  '%s is tried again',
  async (error) => {
    slack.failNext(1, { error })
    expect(await failureOf(send(specOf(slack)))).toMatchObject({ isRetriable: true, isUncertain: false })
  },
)

test('a wrong token and an archived channel are told apart', async () => {
  const refused = await failureOf(send(specOf(slack, { token: 'xoxb-wrong' })))
  expect(refused.message).toContain('invalid_auth')
  slack.archive(channel)
  expect((await failureOf(send(specOf(slack)))).message).toContain('is_archived')
})
