import { setTimeout as delay } from 'node:timers/promises'
import {
  describeReal,
  eventually,
  startKafka,
  startTestPostgres,
  type KafkaServer,
  type TestPostgres,
} from '@akashic/testbed'
import { collectEvents, makeTopics, type EventCollector } from './testing/collect-events.ts'
import { holdAt, type HoldPoint } from './testing/hold-statements.ts'
import { killAll, type Product, type RunningProcess } from './testing/run-product.ts'
import { makeServices, type Services } from './testing/run-services.ts'
import { seededRandom } from './testing/seeded-random.ts'

/** How often each point is tried; two here, fifty by `npm run test:long`, which gives each its own seed. */
const seedsAPoint = 2
const random = seededRandom()

type Victim = 'status-svc' | 'the gateway' | 'the database' | 'Kafka'

interface CrashPoint {
  readonly name: string
  /** Null: once the caller has been answered. */
  readonly at: HoldPoint | null
  readonly victims: readonly Victim[]
}

/** From the request to the event: where a transaction may be when a process dies. */
const points: readonly CrashPoint[] = [
  {
    name: 'the incident is being written',
    at: { table: ['status', 'timeline_entry'], on: 'INSERT', when: 'statement' },
    victims: ['status-svc', 'the gateway', 'the database'],
  },
  {
    name: 'the incident is being committed',
    at: { table: ['status', 'incident'], on: 'INSERT', when: 'commit' },
    victims: ['status-svc', 'the gateway', 'the database'],
  },
  {
    name: 'the relay has taken the event',
    at: { table: ['status', 'outbox'], on: 'DELETE', when: 'statement' },
    victims: ['status-svc', 'the database', 'Kafka'],
  },
  {
    name: 'the event is in Kafka, and that is being noted',
    at: { table: ['status', 'outbox'], on: 'DELETE', when: 'commit' },
    victims: ['status-svc', 'the database', 'Kafka'],
  },
  {
    name: 'the answer is being kept',
    at: { table: ['platform', 'idempotency_key'], on: 'UPDATE', when: 'statement' },
    victims: ['the gateway', 'status-svc', 'the database'],
  },
  { name: 'it is on its way to the page', at: null, victims: ['the gateway', 'status-svc'] },
]

const cases = points.flatMap(({ name, at, victims }) =>
  victims.flatMap((victim) => Array.from({ length: seedsAPoint }, (_, seed) => ({ name, at, victim, seed: seed + 1 }))),
)

describeReal('kafka', () => {
  let postgres: TestPostgres
  let kafka: KafkaServer
  let services: Services
  let status: RunningProcess
  let gateway: Product
  let events: EventCollector
  let opened = 0
  const cleanups: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    postgres = await startTestPostgres()
    cleanups.unshift(() => postgres.stop())
    kafka = await startKafka()
    cleanups.unshift(() => kafka.stop())
    await makeTopics(kafka.brokers)
    const env = { KAFKA_BROKERS: kafka.brokers.join(',') }
    services = await makeServices('components: [{ id: web, name: Web }]\n', { databaseUrl: postgres.url, env })
    cleanups.unshift(killAll, () => services.home.remove())
    status = await services.startStatus()
    gateway = await services.startGateway()
    events = await collectEvents(kafka.brokers)
    cleanups.unshift(() => events.stop())
  }, 120_000)
  afterAll(async () => {
    for (const cleanUp of cleanups) await cleanUp()
  }, 60_000)

  interface Request {
    readonly title: string
    readonly key: string
  }

  /** Opens and publishes; null when no answer came. */
  async function open({ title, key }: Request) {
    const body = { title, severity: 'SEV-2', components: ['web'], body: `${title}: we are looking.`, publish: true }
    return gateway.call('POST', '/api/v1/incidents', body, { 'idempotency-key': key }).catch(() => null)
  }

  async function kill(victim: Victim, backendPid: number | null): Promise<void> {
    if (victim === 'status-svc') await status.stop('SIGKILL')
    if (victim === 'the gateway') await gateway.stop('SIGKILL')
    if (victim === 'the database' && backendPid !== null) process.kill(backendPid, 'SIGKILL')
    if (victim === 'Kafka') await kafka.kill()
  }

  async function revive(victim: Victim): Promise<void> {
    if (victim === 'status-svc') status = await services.startStatus()
    if (victim === 'the gateway') gateway = await services.startGateway()
    if (victim === 'Kafka') await kafka.start()
  }

  /** Kills while a transaction is held there. */
  async function killAt(at: HoldPoint, request: Request, victim: Victim) {
    const hold = await holdAt(postgres.url, at)
    const first = open(request)
    try {
      const backendPid = await hold.untilHeld()
      await delay(random.next() * 50)
      await kill(victim, backendPid)
      await delay(random.next() * 50)
    } finally {
      await hold.letGo()
    }
    return first
  }

  async function killAfter(request: Request, victim: Victim) {
    const answer = await open(request)
    await delay(random.next() * 200)
    await kill(victim, null)
    return answer
  }

  /** What a caller does who got no answer: asks again with the same key, and, told that it may have been cut off, looks. */
  async function insist(request: Request): Promise<string> {
    return eventually(async () => {
      const answer = await open(request)
      if (answer?.status === 201) return answer.json.id as string
      expect(answer).toMatchObject({ status: 409, json: { code: 'aborted' } })
      const [id] = await idsOf(request.title)
      if (id !== undefined) return id
      return (await open({ ...request, key: `${request.key}-again` }))!.json.id as string
    }, 30_000)
  }

  /** Waits for a service that is just coming back. */
  async function idsOf(title: string): Promise<string[]> {
    return eventually(async () => {
      const { status: code, json } = await gateway.call('GET', '/api/v1/incidents?limit=200')
      expect(code).toBe(200)
      return json.items.filter((item: { title: string }) => item.title === title).map(({ id }: { id: string }) => id)
    }, 15_000)
  }

  async function expectToldOnce(title: string, id: string): Promise<void> {
    await eventually(async () => {
      const told = (await gateway.get('/status')).json.activeIncidents.filter(
        (incident: { title: string }) => incident.title === title,
      )
      expect(told).toMatchObject([{ id, latestUpdate: { body: `${title}: we are looking.` } }])
      const page = (await gateway.get('/')).text
      expect(page.split(`${title}: we are looking.`)).toHaveLength(2)
    }, 20_000)
  }

  test.each(cases)(
    'killing $victim while $name loses and doubles nothing (seed $seed)',
    async ({ at, victim }) => {
      const request = { title: `Trouble ${++opened}`, key: `open-${opened}` }
      expect(await idsOf(request.title)).toEqual([])
      const answer = at === null ? await killAfter(request, victim) : await killAt(at, request, victim)
      await revive(victim)

      const id = await insist(request)
      if (answer?.status === 201) expect(answer.json.id).toBe(id)
      expect(await idsOf(request.title)).toEqual([id])
      await eventually(() => {
        expect(events.of(id).map(({ type, data }) => [type, data.update?.body])).toEqual([
          ['akashic.incident.opened.v1', undefined],
          ['akashic.incident.updated.v1', `${request.title}: we are looking.`],
        ])
      }, 30_000)
      await expectToldOnce(request.title, id)
      expect((await gateway.call('GET', `/api/v1/incidents/${id}/timeline/verification`)).json).toMatchObject({
        isIntact: true,
      })
      const version = (await gateway.call('GET', `/api/v1/incidents/${id}`)).headers.get('etag')!
      const over = { body: 'It is over.', publish: true }
      const end = await gateway.call('POST', `/api/v1/incidents/${id}/resolve`, over, { 'if-match': version })
      expect(end.status).toBe(200)
    },
    90_000,
  )
})
