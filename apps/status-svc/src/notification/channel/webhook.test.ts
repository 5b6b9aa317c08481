import { startWebhookSink } from '@akashic/testbed'
import type { WebhookSink } from '@akashic/testbed'
import type { ChannelOf } from '@akashic/config'
import { aMessage, clock, closeAll, failureOf, opened, send } from './channel-harness.ts'
import { describeHttpSender } from './http-sender-contract.ts'

const secret = `whsec_${Buffer.from('a key of thirty-two bytes, here!').toString('base64')}`
const specOf = (url: string, key = secret): ChannelOf<'webhook'> => ({
  type: 'webhook',
  name: 'sms',
  url,
  secret: key,
  timeout: 5_000,
})

let sink: WebhookSink
beforeEach(async () => (sink = opened(await startWebhookSink(secret))))
afterEach(closeAll)

describeHttpSender({
  countsByStatus: true,
  async start() {
    const fake = await startWebhookSink(secret)
    return { ...fake, spec: (url = fake.url) => specOf(url), taken: () => fake.deliveries().length }
  },
})

test('a delivery is signed and tells the whole message', async () => {
  expect(await send(specOf(sink.url), { to: '+49151000000' })).toEqual({ reference: null })
  const message = aMessage()
  const [delivery] = sink.deliveries()
  expect(delivery).toMatchObject({ id: message.id, times: 1 })
  expect(delivery?.headers['webhook-timestamp']).toBe(`${Math.floor(clock.now() / 1_000)}`)
  expect(delivery?.body).toEqual({
    type: 'incident.opened',
    timestamp: new Date(message.createdAtMs).toISOString(),
    data: {
      subject: 'incident:inc_1',
      action: 'trigger',
      urgency: 'critical',
      title: 'Checkout is down',
      body: 'Payments fail since 10:02.',
      facts: [{ name: 'Severity', value: 'SEV-1' }],
      url: 'https://status.example.org/incidents/inc_1',
      acknowledgeUrl: 'https://status.example.org/ack?t=signed',
      to: '+49151000000',
    },
  })
})

test('a repeat has the same id, so that the receiver takes it once', async () => {
  sink.failNext(1, 'lose-answer')
  expect(await failureOf(send(specOf(sink.url)))).toMatchObject({ isRetriable: true, isUncertain: true })
  await send(specOf(sink.url), { isRepeat: true })
  expect(sink.deliveries()).toMatchObject([{ id: aMessage().id, times: 2 }])
})

test('a repeat of an old message is signed anew: receivers refuse old signatures', async () => {
  await send(specOf(sink.url), { createdAtMs: clock.now() - 3_600_000 })
  expect(sink.deliveries()).toHaveLength(1)
})

test('a receiver with another key refuses it', async () => {
  const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const refused = await failureOf(send(specOf(sink.url, other)))
  expect(refused).toMatchObject({ isRetriable: false })
  expect(refused.message).toContain('answered 401: invalid_signature')
  expect([sink.refusals(), sink.deliveries().length]).toEqual([1, 0])
})
