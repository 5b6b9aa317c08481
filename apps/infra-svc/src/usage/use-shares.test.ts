import { migrate } from '@akashic/shared/migrations'
import { testDatabase, type TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { migrations } from '../module.ts'
import { ago, aView, now } from '../testing/a-look.ts'
import { keepUsage, thinUsage } from './keep-usage.ts'
import { useShares } from './use-shares.ts'

const minuteMs = 60_000
const mebi = 2 ** 20
const owned = (kind: string, name: string) =>
  `ownerReferences: [{ apiVersion: apps/v1, kind: ${kind}, name: ${name}, uid: ${kind}-${name}, controller: true }]`
const pod = (namespace: string, name: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace}, uid: ${namespace}-${name}, ${owned('StatefulSet', 'db')} }
spec: { containers: [{ name: app, image: db }] }
status: { phase: Running, containerStatuses: [{ name: app, state: { running: { startedAt: '${ago(99_000)}' } } }] }
---`
const set = (namespace: string) => `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: ${namespace}, uid: StatefulSet-db }
spec: { selector: {}, template: {} }
---`
const view = aView(set('shop') + set('lab') + pod('shop', 'db-0') + pod('shop', 'db-1') + pod('lab', 'db-0'))
const minutes = 40

let database: TestDatabase
/** db-0 of the shop uses 0.1 cores more each ten minutes, and twice that in one minute of the last; db-1 always 0.1. */
beforeAll(async () => {
  database = await testDatabase()
  await migrate(database.url, { ...migrations, log: pino({ level: 'silent' }) })
  for (let minute = 0; minute < minutes; minute++) {
    const atMs = now + minute * minuteMs
    const of = (namespace: string, name: string, cpu: number) => ({
      metadata: { namespace, name },
      ...{ timestamp: new Date(atMs).toISOString(), window: '15s' },
      containers: [
        { name: 'app', usage: { cpu: `${Math.round(cpu * 1_000)}m`, memory: `${Math.round(cpu * 1_000)}Mi` } },
      ],
    })
    const rising = (Math.floor(minute / 10) + 1) * 0.1 * (minute === 35 ? 2 : 1)
    const items = [of('shop', 'db-0', rising), of('shop', 'db-1', 0.1), of('lab', 'db-0', 3)]
    const client = { get: async () => ({ items }) } as unknown as Parameters<typeof keepUsage>[1]['client']
    await keepUsage({ db: database.db, replicaId: 'a' }, { name: 'main', client, model: view }, atMs)
  }
  // Half of it is kept by ten minutes by now.
  await thinUsage(database.db, 8 * 86_400_000, now + 6 * 3_600_000 + 20 * minuteMs)
}, 60_000)
afterAll(() => database.close())

const shares = (given: Partial<Parameters<typeof useShares>[1]> = {}) =>
  useShares(database.db, {
    ...{ cluster: 'main', namespace: '', since: new Date(now), until: new Date(now + 3_600_000) },
    ...given,
  })
const db = (namespace: string) => ({ kind: 'StatefulSet', namespace, name: 'db' })

test('the use of a container is spread over the pods of its workload: means by their middle, the rest by high minutes', async () => {
  const use = (await shares()).of(db('shop'))!
  expect(use.containers).toHaveLength(1)
  const [{ minutes: measured, cpu, memory }] = use.containers as [(typeof use.containers)[0]]
  expect(measured).toBe(minutes)
  // Ten minutes of both pods: 0.1 five times, 0.2, 0.3, and 0.44 with its high minute of 0.8.
  expect(cpu.p50).toBeCloseTo(0.1)
  expect(cpu.max).toBeCloseTo(0.8)
  expect(cpu.p95).toBeCloseTo(0.3 + 0.65 * 0.5)
  expect(memory.max).toBe(800 * mebi)
  expect(use.totalCpu.p50).toBeCloseTo(0.35)
  expect(use.totalCpu.max).toBeCloseTo(0.9)
})

test('a namespace, a cluster and a span are told apart, and what was not measured is no use of nothing', async () => {
  expect((await shares()).of(db('lab'))!.containers[0]!.cpu.p50).toBeCloseTo(3)
  expect((await shares({ namespace: 'shop' })).of(db('lab'))).toBeUndefined()
  expect((await shares({ cluster: 'other' })).of(db('shop'))).toBeUndefined()
  const late = await shares({ since: new Date(now + 30 * minuteMs) })
  expect(late.of(db('shop'))!.containers[0]).toMatchObject({ minutes: 10 })
  expect((await shares({ since: new Date(now + 3_600_000) })).of(db('shop'))).toBeUndefined()
})
