import { configSchema } from '@akashic/config'
import { eventually } from '@akashic/testbed'
import { raiseAlerts } from '../alert/raise-alerts.ts'
import { changeIncident } from '../incident/change.ts'
import { operator } from '../incident/incident-harness.ts'
import { adaThenGrace, tellingHarness, type TellingHarness } from '../notification/telling-harness.ts'
import { aComponent, minute } from '../service-harness.ts'
import { addSilence } from '../silence/add-silence.ts'
import { endSilence } from '../silence/end-silence.ts'
import { answerByLink, readByLink } from './answer-by-link.ts'
import { addOverride, cancelOverride } from './override.ts'

let service: TellingHarness
const start = async (more: Parameters<typeof tellingHarness>[1] = {}) => {
  service = await tellingHarness([aComponent('shop'), aComponent('cart', { group: 'Sales' })], {
    onCall: adaThenGrace,
    ...more,
  })
}
afterEach(() => service.close())

const viewer = { ...operator, principal: { ...operator.principal, role: 'viewer' as const } }
/** Who was called, in order. */
const called = async () =>
  (await service.pages())
    .flatMap(({ entries }) => entries)
    .filter(({ kind }) => kind === 'called')
    .map(({ person }) => person.toLowerCase())
const page = async () => (await service.pages()).at(-1)!
const mailsTo = (name: string) => service.mail.mails().filter(({ to }) => to.includes(`${name}@`))
const silence = (value: string, hours = 1) =>
  addSilence(service, operator, {
    matchers: [{ name: 'component', value, isRegex: false, isEqual: true }],
    ...{ reason: 'We know.', startMs: null, endMs: service.clock.now() + hours * 60 * minute },
  })

describe('an incident pages', () => {
  test('whoever is on call, then the next after the minutes of the step, then all again, and then nobody', async () => {
    await start({ notifications: { routes: [{ channels: ['slack'] }] } })
    await service.open({ title: 'Checkout fails', componentIds: ['shop'] })
    await service.tick()
    expect(await called()).toEqual(['ada'])
    await service.tick(5 * minute - 1)
    expect(await called()).toEqual(['ada'])
    await service.tick(1)
    expect(await called()).toEqual(['ada', 'grace'])
    await service.tick(5 * minute)
    await service.tick(5 * minute)
    expect(await called()).toEqual(['ada', 'grace', 'ada', 'grace'])
    await service.tick(5 * minute)
    expect(await page()).toMatchObject({ state: 'exhausted', dueAtMs: null })
    await service.tick(60 * minute)
    expect(await called()).toHaveLength(4)
    await eventually(
      () => expect(service.slack.messages('C0000000001').at(-1)!.text).toContain('Nobody acknowledged'),
      10_000,
    )
    await eventually(() => expect(mailsTo('ada')).toHaveLength(2), 10_000)
    expect(mailsTo('ada')[1]!.subject).toContain('Still waiting for you')
  })

  test('nobody more once somebody acknowledged, and everybody who was told hears that', async () => {
    await start({ notifications: { routes: [{ channels: ['pagerduty', 'hook'] }] } })
    const { id } = await service.open({ componentIds: ['shop'] })
    await service.tick()
    // A call that was answered before it went out is not sent at all.
    await eventually(() => expect(mailsTo('ada')).toHaveLength(1), 10_000)
    await expect(service.answer((await page()).id, { kind: 'acknowledge' }, viewer)).rejects.toMatchObject({
      code: 'permission_denied',
    })
    await service.answer((await page()).id, { kind: 'acknowledge' })
    await service.answer((await page()).id, { kind: 'acknowledge' })
    await service.say(id, 'identified', 'It is the cache.')
    await service.tick(60 * minute)
    expect(await called()).toEqual(['ada'])
    expect(await page()).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'Grace' })
    await eventually(
      () => expect(service.pagerduty.alerts().get(`incident:${id}`)).toMatchObject({ status: 'acknowledged' }),
      10_000,
    )
    await eventually(
      () =>
        expect(
          mailsTo('ada')
            .map(({ subject }) => subject)
            .at(-1),
        ).toBe('Grace acknowledged: [SEV-2] Checkout fails'),
      10_000,
    )
    expect((await service.read(id)).timeline.seq).toBeGreaterThan(1)
    await service.say(id, 'resolved', 'Over.')
    await service.tick()
    expect(await page()).toMatchObject({ state: 'resolved' })
    await eventually(() => expect(mailsTo('ada').at(-1)!.subject).toContain('resolved'), 10_000)
    expect(mailsTo('ada')).toHaveLength(3)
    await eventually(
      () =>
        expect(service.pagerduty.alerts().get(`incident:${id}`)).toMatchObject({ status: 'resolved', triggerCount: 1 }),
      10_000,
    )
    expect(service.sink.deliveries()).toHaveLength(4)
  })

  test('again after a snooze, and the next at once when it is escalated', async () => {
    await start()
    await service.open({ componentIds: ['shop'] })
    await service.tick()
    const { id } = await page()
    await expect(service.answer(id, { kind: 'snooze', forMs: 1_000 })).rejects.toMatchObject({
      code: 'invalid_argument',
    })
    await service.answer(id, { kind: 'snooze', forMs: 30 * minute })
    await service.tick(29 * minute)
    expect(await called()).toEqual(['ada'])
    await service.tick(1 * minute)
    expect(await called()).toEqual(['ada', 'ada'])
    const pagesTo = (name: string) => mailsTo(name).filter(({ subject }) => subject.startsWith('You are paged'))
    await eventually(() => expect(pagesTo('ada')).toHaveLength(2), 10_000)
    await service.answer(id, { kind: 'escalate' })
    await service.tick()
    expect(await called()).toEqual(['ada', 'ada', 'grace'])
  })

  test('whoever is on call at each step: a page that crosses a hand-over reaches the next person', async () => {
    const steps = [{ notify: ['schedule:first'], escalateAfter: '10m' }, { notify: ['schedule:first'] }]
    const rotations = [{ people: ['ada', 'grace'], starting: '2026-01-05', days: 1, handOverAt: '00:05' }]
    await start({
      onCall: { ...adaThenGrace, schedules: [{ name: 'first', rotations }], policies: [{ name: 'all', steps }] },
    })
    await service.open({ componentIds: ['shop'] })
    await service.tick()
    await service.tick(10 * minute)
    const [first, second] = await called()
    expect(new Set([first, second])).toEqual(new Set(['ada', 'grace']))
  })

  test('the next step where nobody is on call in the first, and says so where nobody is in any', async () => {
    await start({
      onCall: {
        ...adaThenGrace,
        schedules: [{ name: 'first', rotations: [{ people: ['ada'], starting: '2036-01-05' }] }],
      },
    })
    await service.open({ componentIds: ['shop'] })
    await service.tick()
    expect(await called()).toEqual(['grace'])
    await service.reconfigure({
      onCall: {
        ...adaThenGrace,
        schedules: [{ name: 'first', rotations: [{ people: ['ada'], starting: '2036-01-05' }] }],
        policies: [{ name: 'all', steps: [{ notify: ['schedule:first'] }], repeat: 0 }],
      },
    })
    await service.open({ title: 'Another', componentIds: ['cart'] })
    await service.tick()
    expect((await page()).entries.map(({ kind }) => kind)).toEqual(['opened', 'nobody'])
    await service.tick(5 * minute)
    expect(await page()).toMatchObject({ state: 'calling' })
    expect((await page()).entries.map(({ kind }) => kind)).toEqual(['opened', 'nobody', 'nobody'])
  })

  test('of the severities and components of the policy alone, once for an incident, and again when it is opened again', async () => {
    const policies = [{ ...adaThenGrace.policies![0]!, groups: ['Sales'] }]
    await start({ onCall: { ...adaThenGrace, policies } })
    await service.open({ componentIds: ['shop'] })
    await service.open({ severity: 3, componentIds: ['cart'] })
    const { id } = await service.open({ severity: 1, componentIds: ['cart'] })
    await Promise.all([service.tick(), service.tick()])
    expect(await service.pages()).toMatchObject([{ incidentId: id }])
    await service.say(id, 'resolved', 'Over.')
    await service.tick()
    await service.say(id, 'investigating', 'Not over.')
    await service.tick()
    expect((await service.pages()).map(({ state }) => state)).toEqual(['resolved', 'calling'])
    expect(await called()).toEqual(['ada', 'ada'])
  })
})

describe('a page', () => {
  test('calls anew when the incident gets so grave that another policy asks for it', async () => {
    const [all] = adaThenGrace.policies!
    const policies = [
      { ...all!, severities: ['SEV-1' as const], steps: [{ notify: ['person:grace'] }] },
      { ...all!, name: 'minor', severities: ['SEV-3' as const] },
    ]
    await start({ onCall: { ...adaThenGrace, policies } })
    const { id } = await service.open({ severity: 3, componentIds: ['shop'] })
    await service.tick()
    await service.answer((await page()).id, { kind: 'acknowledge' })
    await changeIncident(service, operator, {
      id,
      version: null,
      severity: 1,
      addComponentIds: [],
      removeComponentIds: [],
    })
    await service.tick()
    expect(await page()).toMatchObject({ state: 'calling', policy: 'all', title: '[SEV-1] Checkout fails' })
    expect(await called()).toEqual(['ada', 'grace'])
  })

  test('that is escalated after its last step begins again, and calls one step however often it is asked to', async () => {
    await start({
      onCall: { ...adaThenGrace, policies: [{ name: 'all', steps: [{ notify: ['person:grace'] }], repeat: 0 }] },
    })
    await service.open({ componentIds: ['shop'] })
    await service.tick()
    const { id } = await page()
    await service.answer(id, { kind: 'acknowledge' })
    await service.answer(id, { kind: 'escalate' })
    await service.answer(id, { kind: 'escalate' })
    await service.tick()
    await service.tick()
    expect(await called()).toEqual(['grace', 'grace'])
    expect(await page()).toMatchObject({ state: 'calling' })
  })

  test('calls nobody while its incident is only watched, and goes on when that was too early', async () => {
    await start()
    const { id } = await service.open({ componentIds: ['shop'] })
    await service.tick()
    await service.say(id, 'monitoring', 'It works again.')
    await service.tick(20 * minute)
    expect(await called()).toEqual(['ada'])
    await service.say(id, 'investigating', 'It does not.')
    await service.tick(minute)
    expect(await called()).toEqual(['ada', 'grace'])
  })

  test('that is answered before its call could be sent wakes nobody', async () => {
    await start()
    service.refuseMails('451 4.3.0 try later')
    await service.open({ componentIds: ['shop'] })
    await service.tick()
    await eventually(async () => expect(await service.notifications('queued')).toMatchObject([{ attempts: 1 }]), 10_000)
    await service.answer((await page()).id, { kind: 'acknowledge' })
    service.refuseMails(undefined)
    await eventually(async () => expect(await service.notifications('superseded')).toHaveLength(1), 20_000)
    expect(mailsTo('ada').filter(({ subject }) => subject.startsWith('You are paged'))).toEqual([])
  })

  test('is about no incident that the one who answers may not know of', async () => {
    await start()
    const secret = { ...operator, principal: { ...operator.principal, role: 'responder' as const } }
    await service.open({ visibility: 'restricted', componentIds: ['shop'] }, secret)
    await service.tick()
    await expect(service.answer((await page()).id, { kind: 'acknowledge' }, operator)).rejects.toMatchObject({
      code: 'not_found',
    })
    const scoped = { ...secret, principal: { ...secret.principal, scope: ['cart'] } }
    await expect(service.answer((await page()).id, { kind: 'acknowledge' }, scoped)).rejects.toMatchObject({
      code: 'not_found',
    })
    await service.answer((await page()).id, { kind: 'acknowledge' }, secret)
    expect(await page()).toMatchObject({ state: 'acknowledged' })
  })
})

describe('an override', () => {
  test('puts somebody on call for its time, and is taken back', async () => {
    await start()
    const nowMs = service.clock.now()
    const asked = {
      schedule: 'first',
      personId: 'grace',
      startMs: nowMs,
      endMs: nowMs + 60 * minute,
      reason: 'Ada is ill.',
    }
    await expect(addOverride(service.deps, viewer, asked)).rejects.toMatchObject({ code: 'permission_denied' })
    const { id } = await addOverride(service.deps, operator, asked)
    await service.open({ componentIds: ['shop'] })
    await service.tick()
    expect(await called()).toEqual(['grace'])
    await cancelOverride(service.deps, operator, id)
    await service.open({ title: 'Another', componentIds: ['cart'] })
    await service.tick()
    expect(await called()).toEqual(['grace', 'ada'])
    await expect(cancelOverride(service.deps, operator, id)).rejects.toMatchObject({ code: 'not_found' })
  })

  test.each([
    [{ schedule: 'second' }, '/schedule'],
    [{ personId: 'bob' }, '/person'],
    [{ endMs: 0 }, '/end'],
  ])('that cannot be is refused: %j', async (more, pointer) => {
    await start()
    const nowMs = service.clock.now()
    const asked = { schedule: 'first', personId: 'ada', startMs: nowMs - 1, endMs: nowMs + 1, reason: '', ...more }
    await expect(addOverride(service.deps, operator, asked)).rejects.toMatchObject({ fields: [{ pointer }] })
  })
})

describe('a silence', () => {
  test('holds a page back, which calls at its end when the trouble goes on', async () => {
    await start()
    await service.turn('shop', 'outage')
    await silence('shop')
    await service.open({ componentIds: ['shop'] })
    await service.tick()
    expect(await page()).toMatchObject({ state: 'silenced' })
    await service.tick(59 * minute)
    expect(await called()).toEqual([])
    await service.tick(minute)
    expect(await called()).toEqual(['ada'])
  })

  test('stops one that calls, and one that is ended early lets it go on', async () => {
    await start()
    await service.turn('shop', 'outage')
    await service.open({ componentIds: ['shop'] })
    await service.tick()
    const { id } = await silence('shop')
    await service.tick(5 * minute)
    expect(await called()).toEqual(['ada'])
    expect(await page()).toMatchObject({ state: 'silenced' })
    await endSilence(service, operator, id)
    await service.tick()
    expect(await called()).toEqual(['ada', 'grace'])
  })

  test('holds back no more once something joins that it does not mute', async () => {
    await start()
    await service.turn('shop', 'outage')
    await silence('shop', 24)
    const { id } = await service.open({ componentIds: ['shop'] })
    await service.tick()
    expect(await page()).toMatchObject({ state: 'silenced' })
    await service.turn('cart', 'outage')
    await changeIncident(service, operator, { id, version: null, addComponentIds: ['cart'], removeComponentIds: [] })
    await service.tick()
    expect(await called()).toEqual(['ada'])
  })

  test('of one component does not mute another one of the same incident', async () => {
    await start()
    await service.turn('shop', 'outage')
    await service.turn('cart', 'outage')
    await silence('shop')
    await service.open({ componentIds: ['shop', 'cart'] })
    await service.tick()
    expect(await called()).toEqual(['ada'])
  })
})

describe('the link of a page', () => {
  const tokenOf = async (name: string) => {
    await eventually(() => expect(mailsTo(name).length).toBeGreaterThan(0), 10_000)
    return /https:\/\/status\.example\.org\/page\/([\w.-]+)/.exec(mailsTo(name)[0]!.body)![1]!
  }

  test('answers for whom it was sent to, again and again without harm, until it is over', async () => {
    await start()
    const { id } = await service.open({ componentIds: ['shop'] })
    await service.tick()
    const token = await tokenOf('ada')
    expect(await readByLink(service.deps, token)).toMatchObject({
      personName: 'Ada',
      page: { state: 'calling' },
      incident: { id },
    })
    for (let times = 0; times < 2; times += 1) {
      expect(await answerByLink(service.deps, token, { kind: 'acknowledge' })).toMatchObject({
        page: { acknowledgedBy: 'Ada' },
      })
    }
    await service.say(id, 'resolved', 'Over.')
    await service.tick()
    expect(await answerByLink(service.deps, token, { kind: 'escalate' })).toMatchObject({ page: { state: 'resolved' } })
    await service.tick()
    expect(await called()).toEqual(['ada'])
  })

  test('that is forged or has expired is refused, and changes nothing', async () => {
    await start()
    await service.open({ componentIds: ['shop'] })
    await service.tick()
    const token = await tokenOf('ada')
    const [num, expires, person, signature] = token.split('.') as [string, string, string, string]
    const forged = [
      [num, expires, 'grace', signature],
      [(Number.parseInt(num, 36) + 1).toString(36), expires, person, signature],
      [num, (Number.parseInt(expires, 36) + 1).toString(36), person, signature],
      [num, expires, person, signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))],
      [num, expires, person, ''],
    ].map((parts) => parts.join('.'))
    for (const wrong of forged) {
      await expect(answerByLink(service.deps, wrong, { kind: 'acknowledge' })).rejects.toMatchObject({
        code: 'unauthenticated',
      })
    }
    service.clock.advance(61 * minute)
    await expect(answerByLink(service.deps, token, { kind: 'acknowledge' })).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    expect(await page()).toMatchObject({ state: 'calling' })
  })
})

describe('alerts without an incident', () => {
  const alerting = {
    alerts: { groupBy: ['alertname'], groupWait: '10s' },
    notifications: { routes: [{ channels: ['hook'], alerts: ['critical' as const] }] },
  }
  const raise = (at: number, more = {}) =>
    service.raise({ fingerprint: `f${at}`, labels: { alertname: 'HighErrorRate', instance: `i${at}` }, ...more })

  test('page once for each group, however many there are, and tell when the last has ended', async () => {
    await start(alerting)
    for (let at = 0; at < 20; at += 1) await raise(at)
    await service.tick()
    expect(await called()).toEqual([])
    await service.tick(10_000)
    await service.tick()
    expect(await service.pages()).toMatchObject([{ title: 'HighErrorRate (20 alerts)' }])
    await raise(21)
    await service.tick(1_000)
    await service.tick()
    expect(await called()).toEqual(['ada'])
    for (let at = 0; at < 22; at += 1) await raise(at, { status: 'resolved' })
    await service.tick()
    expect(await page()).toMatchObject({ state: 'resolved' })
    await eventually(
      () =>
        expect(service.sink.deliveries().map(({ body }) => (body as { type: string }).type)).toEqual([
          'alerts.fired',
          'alerts.resolved',
        ]),
      10_000,
    )
    expect(service.sink.deliveries()[1]!.body).toMatchObject({
      data: { body: 'None fires any more; 21 fired at once.' },
    })
  })

  test('that a silence mutes page when it ends', async () => {
    await start(alerting)
    await addSilence(service, operator, {
      matchers: [{ name: 'alertname', value: 'High.*', isRegex: true, isEqual: true }],
      ...{ reason: 'Load test.', startMs: null, endMs: service.clock.now() + 10 * minute },
    })
    await raise(1)
    await service.tick(minute)
    expect(await service.pages()).toEqual([])
    await service.tick(9 * minute)
    await service.tick()
    expect(await called()).toEqual(['ada'])
  })

  test('about what the failure of something underneath explains page when that is over and they still fire', async () => {
    service = await tellingHarness(
      [
        aComponent('database'),
        aComponent('api', { dependsOn: ['database'] }),
        aComponent('shop', { dependsOn: ['api'] }),
      ],
      { ...alerting, onCall: adaThenGrace },
    )
    service.statuses.set('database', 'outage')
    await raise(1, { componentId: 'shop' })
    await raise(2, { componentId: 'database', labels: { alertname: 'DatabaseDown' } })
    await service.tick(minute)
    expect((await service.pages()).map(({ title }) => title)).toEqual(['DatabaseDown'])
    service.statuses.clear()
    await service.tick()
    expect((await service.pages()).map(({ title }) => title)).toEqual(['DatabaseDown', 'HighErrorRate'])
  })

  test('in a storm of ten thousand are one page', async () => {
    await start(alerting)
    const storm = Array.from({ length: 10_000 }, (_, at) => ({
      labels: { alertname: 'HighErrorRate', instance: `i${at}`, severity: 'critical' },
      ...{ annotations: {}, status: 'firing' as const, startsAtMs: null, endsAtMs: null },
    }))
    await raiseAlerts({ ...service, alerting: () => configSchema.parse({}).alerts }, operator, 'prometheus', storm)
    await service.tick(minute)
    await service.tick()
    expect(await service.pages()).toMatchObject([{ title: 'HighErrorRate (10000 alerts)' }])
    expect(await called()).toEqual(['ada'])
    expect(await service.notifications()).toHaveLength(2)
  }, 180_000)

  test('that get worse are told of again, and page when they become critical', async () => {
    await start({ ...alerting, notifications: { routes: [{ channels: ['hook'], alerts: ['critical', 'warning'] }] } })
    await raise(1, { severity: 'warning' })
    await service.tick(10_000)
    await service.tick()
    expect(await service.pages()).toEqual([])
    await raise(1)
    await service.tick()
    await service.tick()
    expect(await called()).toEqual(['ada'])
    await eventually(() => expect(service.sink.deliveries()).toHaveLength(2), 10_000)
  })
})
