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
    const client = { stream: async () => [Buffer.from(JSON.stringify({ items }))] } as unknown as Parameters<
      typeof keepUsage
    >[1]['client']
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

describe('the use of all pods together', () => {
  /** Has the use of pods of an app kept, a number of cores for each pod and minute. */
  async function keep(cluster: string, cpuOf: (pod: number, minute: number) => number | null, span: number) {
    const names = [0, 1, 2, 3, 4, 5].map((each) => `db-${each}`)
    const model = aView(set('shop') + set('lab') + pod('lab', 'db-0') + names.map((name) => pod('shop', name)).join(''))
    for (let minute = 0; minute < span; minute++) {
      const atMs = now + minute * minuteMs
      const item = (namespace: string, name: string, cpu: number) => ({
        ...{ metadata: { namespace, name }, timestamp: new Date(atMs).toISOString(), window: '15s' },
        containers: [{ name: 'app', usage: { cpu: `${Math.round(cpu * 1_000)}m`, memory: '1Mi' } }],
      })
      const items = names.flatMap((name, at) => {
        const cpu = cpuOf(at, minute)
        return cpu === null ? [] : [item('shop', name, cpu)]
      })
      const client = {
        stream: async () => [Buffer.from(JSON.stringify({ items: [item('lab', 'db-0', 1), ...items] }))],
      } as never
      await keepUsage({ db: database.db, replicaId: 'a' }, { name: cluster, client, model }, atMs)
    }
  }
  const totalOf = async (cluster: string) => (await shares({ cluster })).of(db('shop'))!.totalCpu
  const join = () => thinUsage(database.db, 8 * 86_400_000, now + 24 * 3_600_000)

  test('counts pods that a rollout replaces once, whether it is kept by minutes or by ten', async () => {
    await keep('rollout', (at, minute) => (at < 3 === minute < 5 ? 0.5 : null), 10)
    for (const thin of [async () => undefined, join]) {
      await thin()
      const { p50, max } = await totalOf('rollout')
      expect(p50).toBeCloseTo(1.5)
      expect(max).toBeCloseTo(1.5)
    }
  })

  test('counts a pod that ran for a part of the time by that part', async () => {
    await keep('restart', (at, minute) => (at === 0 || (at === 1 && minute < 5) ? 0.4 : null), 10)
    const { p50, max } = await totalOf('restart')
    expect(p50).toBeCloseTo(0.6)
    expect(max).toBeCloseTo(0.8)
  })

  test('does not add up peaks that came one after the other', async () => {
    await keep('peaks', (at, minute) => (at > 2 ? null : minute === at * 3 ? 1 : 0.1), 10)
    expect((await totalOf('peaks')).max).toBeCloseTo(1.2)
    await join()
    expect((await totalOf('peaks')).max).toBeCloseTo(1)
  })
})
