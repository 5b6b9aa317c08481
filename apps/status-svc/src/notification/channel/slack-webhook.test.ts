import { startSlack } from '@akashic/testbed'
import type { ChannelOf } from '@akashic/config'
import { closeAll, failureOf, opened, send } from './channel-harness.ts'
import { describeHttpSender } from './http-sender-contract.ts'

afterEach(closeAll)

const channel = 'C0000000001'
const specOf = (url: string): ChannelOf<'slack_webhook'> => ({
  type: 'slack_webhook',
  name: 'hook',
  url,
  timeout: 5_000,
})

describeHttpSender({
  countsByStatus: true,
  async start() {
    const fake = await startSlack()
    return { ...fake, spec: (url = fake.webhookUrl) => specOf(url), taken: () => fake.messages(channel).length }
  },
})

test('a message is written without a thread, and nothing tells it later', async () => {
  const slack = opened(await startSlack())
  expect(await send(specOf(slack.webhookUrl), { thread: '1700000000.000001' })).toEqual({ reference: null })
  const [message] = slack.messages(channel)
  expect(message).toMatchObject({ text: 'Checkout is down\nPayments fail since 10:02.' })
  expect(message?.blocks).toHaveLength(5)
})

test('a channel that is archived is told by its code, and never by the address', async () => {
  const slack = opened(await startSlack())
  slack.archive(channel)
  const refused = await failureOf(send(specOf(slack.webhookUrl)))
  expect(refused.isRetriable).toBe(false)
  expect(refused.message).toMatch(/^127\.0\.0\.1:\d+ answered 410: channel_is_archived$/)
})
