import { eventually } from '@akashic/testbed'
import { changeIncident } from '../incident/change.ts'
import { operator } from '../incident/incident-harness.ts'
import { aComponent, minute } from '../service-harness.ts'
import { retryNotification } from './retry-notification.ts'
import { testChannel } from './test-channel.ts'
import { adaThenGrace, tellingHarness, type TellingHarness } from './telling-harness.ts'

let service: TellingHarness
const start = async (...args: Parameters<typeof tellingHarness>) => void (service = await tellingHarness(...args))
afterEach(() => service.close())

const all = { routes: [{ channels: ['slack', 'pagerduty', 'hook', 'mail'] }] }
const slackTexts = () => service.slack.messages('C0000000001').map(({ text }) => text)

describe('an incident is told', () => {
  test('to every channel of its routes, once, in one thread and under one dedup key', async () => {
    await start([aComponent('shop')], { notifications: all })
    const { id } = await service.open({ title: 'Checkout fails', componentIds: ['shop'] })
    await service.tick()
    await service.tick()
    await service.say(id, 'identified', 'It is the **cache**.')
    await service.tick()
    await service.say(id, 'resolved', 'All is well.')
    await service.tick()
    await eventually(async () => {
      expect(await service.notifications('delivered')).toHaveLength(12)
    }, 15_000)
    const messages = service.slack.messages('C0000000001')
    expect(messages).toHaveLength(3)
    expect(messages.map((message) => message.thread_ts ?? message.ts)).toEqual(Array(3).fill(messages[0]!.ts))
    expect(service.mail.mails().map(({ subject }) => subject)).toEqual([
      '[SEV-2] Checkout fails',
      '[SEV-2] Checkout fails: identified',
      '[SEV-2] Checkout fails: resolved',
    ])
    expect(service.mail.mails()[0]!.body).toContain('experiencing a service disruption affecting The shop.')
    expect(service.mail.mails()[0]!.body).toContain('Estimated resolution time: not known yet')
    expect([...service.pagerduty.alerts()]).toMatchObject([[`incident:${id}`, { status: 'resolved', triggerCount: 1 }]])
    expect(service.sink.deliveries().map(({ times }) => times)).toEqual([1, 1, 1])
    expect(service.sink.deliveries().map(({ body }) => (body as { type: string }).type)).toEqual([
      'incident.opened',
      'incident.updated',
      'incident.resolved',
    ])
  })

  test('to those of its severity and components alone, and what follows to whoever was told of it', async () => {
    await start([aComponent('shop'), aComponent('cart')], {
      notifications: {
        routes: [
          { channels: ['hook'], severities: ['SEV-1'] },
          { channels: ['mail'], components: ['cart'] },
        ],
      },
    })
    const { id } = await service.open({ severity: 1, componentIds: ['shop'] })
    await service.tick()
    await changeIncident(service, operator, {
      id,
      version: null,
      severity: 3,
      addComponentIds: [],
      removeComponentIds: [],
    })
    await service.tick()
    await service.say(id, 'resolved', 'Over.')
    await service.tick()
    await eventually(() => expect(service.sink.deliveries()).toHaveLength(3), 10_000)
    expect((await service.notifications()).map(({ channel, message }) => `${channel} ${message.type}`)).toEqual([
      'hook incident.opened',
      'hook incident.moved',
      'hook incident.resolved',
    ])
  })

  test('to channels that it reaches only once it is graver, or about more, as something new', async () => {
    await start([aComponent('shop'), aComponent('cart')], {
      notifications: {
        routes: [
          { channels: ['pagerduty'], severities: ['SEV-1'] },
          { channels: ['mail'], components: ['cart'] },
        ],
      },
    })
    const { id } = await service.open({ severity: 3, componentIds: ['shop'] })
    await service.tick()
    expect(await service.notifications()).toEqual([])
    const change = { id, version: null, addComponentIds: [], removeComponentIds: [] }
    await changeIncident(service, operator, { ...change, severity: 1 })
    await service.tick()
    await changeIncident(service, operator, { ...change, addComponentIds: ['cart'] })
    await service.tick()
    await service.say(id, 'resolved', 'Over.')
    await service.tick()
    await eventually(
      () =>
        expect(service.mail.mails().map(({ subject }) => subject)).toEqual([
          '[SEV-1] Checkout fails',
          '[SEV-1] Checkout fails: resolved',
        ]),
      10_000,
    )
    await eventually(
      () =>
        expect(service.pagerduty.alerts().get(`incident:${id}`)).toMatchObject({ status: 'resolved', triggerCount: 1 }),
      10_000,
    )
  })

  test('without its words where it is restricted, and to nobody new', async () => {
    await start([aComponent('shop')], { notifications: all, onCall: adaThenGrace })
    await service.open(
      { title: 'A break-in', visibility: 'restricted', componentIds: ['shop'] },
      { ...operator, principal: { ...operator.principal, role: 'responder' } },
    )
    await service.tick()
    await eventually(() => expect(service.mail.mails()).toHaveLength(1), 10_000)
    expect(service.mail.mails()[0]).toMatchObject({ subject: 'You are paged: [SEV-2] Restricted incident' })
    expect(service.mail.mails()[0]!.body).not.toMatch(/shop|break-in/i)
    expect((await service.notifications()).map(({ channel }) => channel)).toEqual(['mail'])
  })
})

describe('a channel that fails', () => {
  test('delays no other, keeps its order, waits as long as it is asked to, and gets everything', async () => {
    await start([aComponent('shop')], { notifications: all })
    service.sink.failNext(1, { status: 429, headers: { 'retry-after': '2' } })
    const { id } = await service.open({ componentIds: ['shop'] })
    await service.tick()
    const toldAt = performance.now()
    await eventually(async () => expect(await service.notifications('delivered')).toHaveLength(3), 10_000)
    expect((await service.notifications('queued'))[0]).toMatchObject({
      channel: 'hook',
      attempts: 1,
      lastError: expect.stringContaining('429'),
    })
    await service.say(id, 'identified', 'Found.')
    await service.tick()
    await eventually(() => expect(service.sink.deliveries()).toHaveLength(2), 15_000)
    expect(performance.now() - toldAt).toBeGreaterThan(1_900)
    expect(service.sink.deliveries().map(({ body }) => (body as { type: string }).type)).toEqual([
      'incident.opened',
      'incident.updated',
    ])
  })

  test('for good is a dead letter with the reason, which is tried again by hand', async () => {
    await start([aComponent('shop')], { notifications: { routes: [{ channels: ['hook'] }] } })
    service.sink.failNext(1, { status: 410 })
    await service.open({ componentIds: ['shop'] })
    await service.tick()
    await eventually(async () => expect(await service.notifications('dead')).toHaveLength(1), 10_000)
    const [dead] = await service.notifications('dead')
    expect(dead!.lastError).toContain('410')
    const viewer = { ...operator, principal: { ...operator.principal, role: 'viewer' as const } }
    await expect(retryNotification(service.deps, viewer, dead!.id)).rejects.toMatchObject({ code: 'permission_denied' })
    await retryNotification(service.deps, operator, dead!.id)
    await eventually(() => expect(service.sink.deliveries()).toHaveLength(1), 10_000)
    expect(service.sink.deliveries()[0]!.id).toBe(dead!.id)
    await eventually(async () => {
      await expect(retryNotification(service.deps, operator, dead!.id)).rejects.toMatchObject({
        code: 'failed_precondition',
      })
    })
    expect(await service.actions()).toContain('notification.retry')
  })

  test('for longer than it is tried is given up, and those behind it go on', async () => {
    await start([aComponent('shop')], { notifications: { routes: [{ channels: ['hook'] }], giveUpAfter: '1m' } })
    service.sink.failNext(1, { status: 503, headers: { 'retry-after': '90' } })
    const { id } = await service.open({ componentIds: ['shop'] })
    await service.tick()
    await service.say(id, 'identified', 'Found.')
    await service.tick()
    await eventually(() => expect(service.sink.deliveries()).toHaveLength(1), 15_000)
    expect((await service.notifications('dead')).map(({ message }) => message.type)).toEqual(['incident.opened'])
  })

  test('after it may have taken the message is told the same id again, and that is said', async () => {
    await start([aComponent('shop')], { notifications: { routes: [{ channels: ['hook'] }] } })
    service.sink.failNext(1, 'lose-answer')
    await service.open({ componentIds: ['shop'] })
    await service.tick()
    await eventually(async () => expect(await service.notifications('delivered')).toHaveLength(1), 15_000)
    expect(service.sink.deliveries()).toMatchObject([{ times: 2 }])
    expect(await service.notifications()).toMatchObject([{ isUncertain: true, attempts: 2 }])
  })
})

test('two replicas send each notification once', async () => {
  await start([aComponent('shop')], { notifications: all })
  await service.startReplica()
  const opened = await Promise.all(
    Array.from({ length: 10 }, (_, at) => service.open({ title: `Trouble ${at}`, componentIds: ['shop'] })),
  )
  await Promise.all([service.tick(), service.tick()])
  await eventually(async () => expect(await service.notifications('delivered')).toHaveLength(40), 30_000)
  expect(service.sink.deliveries()).toHaveLength(opened.length)
  expect(service.sink.deliveries().every(({ times }) => times === 1)).toBe(true)
  expect(slackTexts()).toHaveLength(opened.length)
  expect(service.mail.mails()).toHaveLength(opened.length)
}, 60_000)

test('a test message is sent to a channel, and to no other than one that there is', async () => {
  await start([], {})
  await testChannel(service.deps, operator, { channel: 'mail', recipient: 'grace@example.org' })
  await eventually(
    () => expect(service.mail.mails()).toMatchObject([{ to: 'grace@example.org', subject: 'Test message' }]),
    10_000,
  )
  await testChannel(service.deps, operator, { channel: 'pagerduty', recipient: '' })
  await eventually(
    () => expect([...service.pagerduty.alerts().values()]).toMatchObject([{ status: 'resolved', triggerCount: 1 }]),
    10_000,
  )
  await expect(testChannel(service.deps, operator, { channel: 'sms', recipient: '' })).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('an update that is overdue is told in the thread of its incident', async () => {
  await start([aComponent('shop')], { notifications: { routes: [{ channels: ['slack'] }] } })
  await service.open({ componentIds: ['shop'] })
  await service.tick()
  const { remindOverdue } = await import('../incident/remind.ts')
  service.clock.advance(6 * minute)
  await remindOverdue(service, service.clock.now())
  await service.tick()
  await eventually(() => expect(slackTexts()).toHaveLength(2), 10_000)
  expect(slackTexts()[1]).toContain('an update is overdue')
})
