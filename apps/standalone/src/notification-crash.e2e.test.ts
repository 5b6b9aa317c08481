import { setTimeout as delay } from 'node:timers/promises'
import {
  eventually,
  startPagerDuty,
  startSlack,
  startSmtp,
  startTestPostgres,
  startWebhookSink,
  type TestPostgres,
} from '@akashic/testbed'
import { holdAt, type HoldPoint } from './testing/hold-statements.ts'
import { killAll, type Product, type RunningProcess } from './testing/run-product.ts'
import { makeServices, type Services } from './testing/run-services.ts'
import { seededRandom } from './testing/seeded-random.ts'

/** How often each point is tried; two here, more by `npm run test:long`, which gives each its own seed. */
const seedsAPoint = 2
const random = seededRandom()
const secret = `whsec_${Buffer.alloc(32, 3).toString('base64')}`

/** Where a notification may be when something dies. */
type Place = HoldPoint | 'the receivers have it, and nothing says so yet' | 'anywhere'

interface CrashPoint {
  readonly name: string
  readonly place: Place
  readonly victims: readonly ('status-svc' | 'the database')[]
}

const written = { table: ['status', 'notification'], on: 'INSERT' } as const
const attempted = { table: ['status', 'notification'], on: 'UPDATE' } as const

const points: readonly CrashPoint[] = [
  { name: 'the notification is being written', place: { ...written, when: 'statement' }, victims: ['status-svc'] },
  {
    name: 'the notification is being committed',
    place: { ...written, when: 'commit' },
    victims: ['status-svc', 'the database'],
  },
  {
    name: 'the attempt is being noted',
    place: { ...attempted, when: 'statement' },
    victims: ['status-svc', 'the database'],
  },
  {
    name: 'it is sent, and that is not recorded',
    place: 'the receivers have it, and nothing says so yet',
    victims: ['status-svc'],
  },
  { name: 'it is on its way', place: 'anywhere', victims: ['status-svc'] },
]

const cases = points.flatMap(({ name, place, victims }) =>
  victims.flatMap((victim) =>
    Array.from({ length: seedsAPoint }, (_, seed) => ({ name, place, victim, seed: seed + 1 })),
  ),
)

let postgres: TestPostgres
let services: Services
let status: RunningProcess
let gateway: Product
let told: Awaited<ReturnType<typeof startReceivers>>
let opened = 0
const cleanups: (() => unknown)[] = []

beforeAll(async () => {
  postgres = await startTestPostgres()
  cleanups.unshift(() => postgres.stop())
  told = await startReceivers()
  cleanups.unshift(() => told.stop())
  services = await makeServices(configuration(), { databaseUrl: postgres.url, env: {} })
  cleanups.unshift(killAll, () => services.home.remove())
  status = await services.startStatus()
  gateway = await services.startGateway()
}, 120_000)
afterAll(async () => {
  for (const cleanUp of cleanups) await cleanUp()
}, 60_000)

async function startReceivers() {
  const [slack, pagerduty, sink, mail] = await Promise.all([
    startSlack(),
    startPagerDuty(),
    startWebhookSink(secret),
    startSmtp(),
  ])
  return {
    slack,
    pagerduty,
    sink,
    mail,
    stop: () => Promise.all([slack, pagerduty, sink, mail].map((server) => server.stop())),
  }
}

const configuration = () => `
components: [{ id: web, name: Web }]
channels:
  - { type: slack, name: ops, token: '${told.slack.token}', channel: C0000000001, apiUrl: '${told.slack.url}' }
  - { type: pagerduty, name: pager, routingKey: '${told.pagerduty.routingKey}', apiUrl: '${told.pagerduty.url}' }
  - { type: webhook, name: hook, url: '${told.sink.url}', secret: '${secret}' }
  - { type: email, name: mail, server: 'smtp://127.0.0.1:${told.mail.port}', from: ops@example.org, to: [all@example.org] }
notifications: { routes: [{ channels: [ops, pager, hook, mail] }] }
`

async function open(title: string): Promise<string> {
  const answer = await gateway.call('POST', '/api/v1/incidents', {
    title,
    severity: 'SEV-2',
    components: ['web'],
    body: 'We look.',
  })
  expect(answer.status).toBe(201)
  return answer.json.id as string
}

async function kill(victim: CrashPoint['victims'][number], backendPid: number | null): Promise<void> {
  if (victim === 'status-svc') await status.stop('SIGKILL')
  else if (backendPid !== null) process.kill(backendPid, 'SIGKILL')
}

async function openAndKill(title: string, place: Place, victim: CrashPoint['victims'][number]): Promise<string> {
  if (typeof place !== 'string') {
    const hold = await holdAt(postgres.url, place)
    try {
      const id = await open(title)
      const backendPid = await hold.untilHeld()
      await delay(random.next() * 50)
      await kill(victim, backendPid)
      return id
    } finally {
      await hold.letGo()
    }
  }
  if (place === 'anywhere') {
    const id = await open(title)
    await delay(random.next() * 300)
    await kill(victim, null)
    return id
  }
  for (const { failNext } of [told.slack, told.pagerduty, told.sink]) failNext(1, { afterMs: 5_000 })
  const id = await open(title)
  await eventually(() => {
    expect(slackMessages(title)).toHaveLength(1)
    expect(told.pagerduty.alerts().has(`incident:${id}`)).toBe(true)
    expect(hooksOf(title)).toHaveLength(1)
  }, 20_000)
  await kill(victim, null)
  return id
}

const slackMessages = (title: string) => told.slack.messages('C0000000001').filter(({ text }) => text.includes(title))
const hooksOf = (title: string) =>
  told.sink.deliveries().filter(({ body }) => (body as { data: { title: string } }).data.title.includes(title))

async function notificationsOf(id: string) {
  return eventually(async () => {
    const { status: code, json } = await gateway.call('GET', `/api/v1/notifications?incident=${id}`)
    expect(code).toBe(200)
    return json.items as { channel: string; state: string; attempts: number; isUncertain: boolean }[]
  }, 15_000)
}

test.each(cases)(
  'killing $victim while $name loses and doubles nothing (seed $seed)',
  async ({ place, victim }) => {
    const title = `Trouble number ${++opened}.`
    const id = await openAndKill(title, place, victim)
    if (victim === 'status-svc') status = await services.startStatus()

    await eventually(async () => {
      const notifications = await notificationsOf(id)
      expect(notifications.map(({ channel, state }) => `${channel} ${state}`).toSorted()).toEqual([
        'hook delivered',
        'mail delivered',
        'ops delivered',
        'pager delivered',
      ])
    }, 90_000)

    const notifications = await notificationsOf(id)
    // Slack is looked at before something is said again; receivers of webhooks and PagerDuty know a repeat by its id.
    expect(slackMessages(title)).toHaveLength(1)
    expect(hooksOf(title)).toHaveLength(1)
    expect([...told.pagerduty.alerts().keys()].filter((key) => key === `incident:${id}`)).toHaveLength(1)
    // Of a mail there may be two, which then say that they are one, and that is on record.
    const mails = told.mail.mails().filter(({ subject }) => subject.includes(title))
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1)
    const mayRepeat = notifications.find(({ channel }) => channel === 'mail')!.isUncertain
    if (mails.length > 1 || hooksOf(title)[0]!.times > 1) {
      expect(notifications.some(({ isUncertain }) => isUncertain)).toBe(true)
    }
    if (mails.length > 1) expect(mayRepeat).toBe(true)
  },
  150_000,
)
