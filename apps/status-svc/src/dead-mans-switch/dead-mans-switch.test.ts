import { topics } from '@akashic/events'
import { systemClock } from '@akashic/shared/clock'
import { createEventBus, createOutbox, createRelay, eventLogMigrations } from '@akashic/shared/events'
import { migrate } from '@akashic/shared/migrations'
import { createQueue } from '@akashic/shared/queue'
import { eventually, startHttp } from '@akashic/testbed'
import { setTimeout as delay } from 'node:timers/promises'
import { Registry } from 'prom-client'
import { ruleHarness, type RuleHarness } from '../alert-rule/rule-harness.ts'
import { aComponent } from '../service-harness.ts'
import { subscribe } from '../subscriptions.ts'
import { beat } from './beat.ts'
import { defineSwitchQueue, passOn, signal, switchQueue } from './signal.ts'
import { createSwitchMetrics } from './switch-metrics.ts'

const minute = 60_000
const rule = { kind: 'threshold', name: 'slow', metric: 'response_time_p95', above: 9_999 } as const

let service: RuleHarness
let closers: (() => unknown)[]
beforeEach(() => void (closers = []))
afterEach(async () => {
  for (const close of closers.toReversed()) await close()
})

/** The whole way of a pulse on real parts: rules, outbox, relay, event log, consumer, work queue, and somebody outside. */
async function start() {
  service = await ruleHarness([aComponent('web')], rule)
  closers.push(() => service.close())
  const { db, clock, log, url, components } = service
  await migrate(url, { ...eventLogMigrations, log })
  const bus = await createEventBus({
    kafkaBrokers: null,
    databaseUrl: url,
    clock: systemClock,
    random: Math.random,
    log,
  })
  closers.push(() => bus.close())
  const relay = createRelay({ schema: 'status', db, bus, topics, clock: systemClock, random: Math.random, log })
  await relay.start()
  closers.push(() => relay.stop(2_000))
  const queue = createQueue({ url, clock: systemClock, log })
  closers.push(() => queue.stop(2_000))
  let answer = 200
  const told: number[] = []
  const outside = await startHttp((_, response) => {
    if (answer === 200) told.push(clock.now())
    response.writeHead(answer).end()
  })
  closers.push(() => outside.stop())
  const metrics = createSwitchMetrics(new Registry())
  const deps = {
    db,
    clock,
    log,
    queue,
    outbound: () => ({ allowHosts: [] }),
    url: () => `${outside.url}/ping/s3cret`,
    metrics,
  }
  await defineSwitchQueue({ queue })
  await queue.work(switchQueue, (job) => signal(deps, job))
  await queue.start()
  const subscription = await subscribe({
    db,
    events: bus,
    countedTypes: () => new Set(),
    passOn: (pulse) => passOn(deps, pulse),
  })
  closers.push(() => subscription.stop(2_000))
  const [evaluator] = service.replicas
  const outbox = createOutbox('status')
  const beatOf = () =>
    beat(
      { db, clock, outbox, components, isConfigured: () => true, rulesPassedAtMs: () => evaluator!.lastPassAtMs() },
      clock.now(),
    )

  return {
    told,
    relay,
    queue,
    subscription,
    failOutside: (status: number) => void (answer = status),
    beat: beatOf,
    /** A minute passes in which everything does what it does. */
    pass: async (doing: { checks?: boolean; rules?: boolean } = {}) => {
      const { checks = true, rules = true } = doing
      const each = async () => {
        if (checks) await service.ran('web', 'operational', 20)
      }
      if (rules) await service.pass(minute, each)
      else service.clock.advance(minute)
      await beatOf()
    },
    /** What is on its way arrives, or does not. */
    settle: () => delay(1_500),
  }
}

test('somebody outside is told once a minute while everything works, by one of the replicas', async () => {
  const way = await start()
  for (let times = 1; times <= 3; times += 1) {
    await way.pass()
    await way.beat()
    await eventually(() => expect(way.told).toHaveLength(times), 10_000)
  }
  await way.settle()
  expect(way.told).toHaveLength(3)
}, 60_000)

test.each<
  [string, (way: Awaited<ReturnType<typeof start>>) => Promise<unknown>, { checks?: boolean; rules?: boolean }]
>([
  ['no check has a result', async () => undefined, { checks: false }],
  ['no rule is evaluated', async () => undefined, { rules: false }],
  ['the relay hangs', (way) => way.relay.stop(2_000), {}],
  ['nobody consumes events', (way) => way.subscription.stop(2_000), {}],
  ['the work queue hangs', (way) => way.queue.stop(2_000), {}],
])(
  'within two minutes nobody is told any more when %s',
  async (_, wedge, doing) => {
    const way = await start()
    await way.pass()
    await eventually(() => expect(way.told).toHaveLength(1), 10_000)
    await wedge(way)
    await way.pass(doing)
    await way.settle()
    const soon = way.told.length
    expect(soon).toBeLessThanOrEqual(2)
    await way.pass(doing)
    await way.pass(doing)
    await way.settle()
    expect(way.told).toHaveLength(soon)
  },
  60_000,
)

test('a pulse that took longer than a minute is worth nothing', async () => {
  const way = await start()
  await way.pass()
  await eventually(() => expect(way.told).toHaveLength(1), 10_000)
  way.failOutside(503)
  await way.pass()
  await way.settle()
  service.clock.advance(minute + 1)
  way.failOutside(200)
  await delay(4_000)
  expect(way.told).toHaveLength(1)
  await way.pass()
  await eventually(() => expect(way.told).toHaveLength(2), 10_000)
}, 60_000)
