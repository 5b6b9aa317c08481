import { startPagerDuty } from '@akashic/testbed'
import type { FakePagerDuty } from '@akashic/testbed'
import type { ChannelOf } from '@akashic/config'
import { aMessage, closeAll, failureOf, opened, send } from './channel-harness.ts'
import { describeHttpSender } from './http-sender-contract.ts'

let pagerduty: FakePagerDuty
beforeEach(async () => (pagerduty = opened(await startPagerDuty())))
afterEach(closeAll)

const specOf = ({ url, routingKey }: FakePagerDuty, some: object = {}): ChannelOf<'pagerduty'> => ({
  type: 'pagerduty',
  name: 'pager',
  routingKey,
  apiUrl: url,
  timeout: 5_000,
  ...some,
})
const alert = () => pagerduty.alerts().get('incident:inc_1')

describeHttpSender({
  countsByStatus: true,
  async start() {
    const fake = await startPagerDuty()
    return { ...fake, spec: (url = fake.url) => specOf(fake, { apiUrl: url }), taken: () => fake.alerts().size }
  },
})

test('a trigger opens an alert that tells what is known', async () => {
  expect(await send(specOf(pagerduty))).toEqual({ reference: null })
  expect(alert()).toEqual({
    status: 'triggered',
    triggerCount: 1,
    events: [
      {
        routing_key: pagerduty.routingKey,
        event_action: 'trigger',
        dedup_key: 'incident:inc_1',
        payload: {
          summary: 'Checkout is down',
          source: 'akashic',
          severity: 'critical',
          timestamp: new Date(aMessage().createdAtMs).toISOString(),
          custom_details: { Severity: 'SEV-1', text: 'Payments fail since 10:02.' },
        },
        links: [
          { href: 'https://status.example.org/incidents/inc_1', text: 'Read in full' },
          { href: 'https://status.example.org/ack?t=signed', text: 'Acknowledge' },
        ],
      },
    ],
  })
})

test('one alert goes from trigger through acknowledge to resolve', async () => {
  await send(specOf(pagerduty))
  await send(specOf(pagerduty), { isRepeat: true })
  expect(alert()).toMatchObject({ status: 'triggered', triggerCount: 2 })
  await send(specOf(pagerduty), { action: 'acknowledge' })
  expect(alert()).toMatchObject({ status: 'acknowledged' })
  await send(specOf(pagerduty), { action: 'resolve' })
  expect(alert()).toMatchObject({ status: 'resolved' })
  expect(pagerduty.alerts().size).toBe(1)
})

test('an update triggers nothing again', async () => {
  await send(specOf(pagerduty))
  expect(await send(specOf(pagerduty), { action: 'update' })).toEqual({ reference: null })
  expect(alert()?.events).toHaveLength(1)
})

test('a title and details of any length are taken', async () => {
  const facts = [{ name: 'log', value: 'v'.repeat(50_000) }]
  await send(specOf(pagerduty), { title: '🔥'.repeat(600) + 't'.repeat(5_000), body: 'b'.repeat(600_000), facts })
  expect(alert()?.events[0]?.payload?.summary.length).toBeLessThanOrEqual(1_024)
})

test('a key that PagerDuty does not know is refused for good, and is not told', async () => {
  const refused = await failureOf(send(specOf(pagerduty, { routingKey: 'R0000000000000000000000000000000' })))
  expect(refused.isRetriable).toBe(false)
  expect(refused.message).toMatch(/answered 400: Event object is invalid: Invalid routing key$/)
})

test('too many events at once are held back', async () => {
  pagerduty.rateLimit(30_000)
  const busy = await failureOf(send(specOf(pagerduty)))
  expect(busy.isRetriable).toBe(true)
  expect(busy.retryAfterMs).toBeGreaterThan(0)
})
