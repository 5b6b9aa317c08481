/** A process of its own that keeps the findings of a cluster of generated objects in a database; prints its figures as
 *  JSON. Arguments: nodes, workloads of ten pods each, and how many of these have a pod that fails. */
import { migrations } from '@akashic/infra-svc'
import { analyse } from '@akashic/infra-svc/analyse'
import { createFindingKeeper } from '@akashic/infra-svc/keep-findings'
import { ClusterModel, kinds, resourceTypes, type Kind } from '@akashic/kubernetes'
import { systemClock } from '@akashic/shared/clock'
import { createOutbox } from '@akashic/shared/events'
import { every } from '@akashic/shared/lifecycle'
import { migrate } from '@akashic/shared/migrations'
import { openDatabase, sql, type Database } from '@akashic/shared/postgres'
import { eventually, startTestPostgres } from '@akashic/testbed'
import { pino } from 'pino'
import { aNode, aPod, aWorkload, podsPerWorkload } from './cluster-objects.ts'
import { median } from './table.ts'

const [nodes = 5_000, workloads = 5_000, failing = 4_000] = process.argv.slice(2).map(Number)
const rounds = 5
/** As the service looks. */
const lookEveryMs = 1_000
const log = pino({ level: 'silent' })

const model = new ClusterModel('bench')
const put = (object: { kind: string }): void =>
  model.put(resourceTypes[object.kind as Kind].trim(JSON.parse(JSON.stringify(object)), (text) => text.slice(0, 16)))

function putPod(workload: number, index: number, isFailing: boolean): void {
  const pod = aPod(workload, index, nodes)
  if (!isFailing) return put(pod)
  const state = { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image: not found' } }
  const containerStatuses = pod.status.containerStatuses.map((status) => ({ ...status, ready: false, state }))
  put({ ...pod, status: { ...pod.status, containerStatuses } } as { kind: string })
}

function fill(): void {
  for (let index = 0; index < nodes; index++) put(aNode(index))
  for (let workload = 0; workload < workloads; workload++) {
    for (const object of aWorkload(workload)) put(object)
    for (let index = 0; index < podsPerWorkload; index++) putPod(workload, index, workload < failing && index === 0)
  }
  for (const kind of kinds) model.setFreshness(kind, { state: 'fresh', at: Date.now() })
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await act()
  return performance.now() - began
}

function aKeeper(db: Database) {
  const keeper = createFindingKeeper({
    ...{ db, outbox: createOutbox('infra'), replicaId: 'bench', metrics: { found: () => undefined } },
  })
  const cluster = {
    ...{ name: 'bench', model, isRead: () => true, takeChanged: () => true },
    releases: { findings: () => [] },
    volumes: { lookup: () => undefined, untold: () => [] },
  }
  return (nowMs = Date.now()) => keeper.keep(cluster as unknown as Parameters<typeof keeper.keep>[0], nowMs)
}

/** The same rows, written and read by bare statements. */
async function bareRows(db: Database) {
  const rows = analyse({ view: model, now: Date.now(), logs: () => [] }).map((finding) => ({ id: finding.id, finding }))
  await db.query(sql`CREATE TABLE bare (id text PRIMARY KEY, finding jsonb NOT NULL)`)
  const writeMs = await timed(() =>
    db.query(sql`
      INSERT INTO bare SELECT id, finding FROM jsonb_to_recordset(${sql.json(rows)}::jsonb) AS r (id text, finding jsonb)`),
  )
  const readMs: number[] = []
  for (let round = 0; round < rounds; round++) {
    readMs.push(await timed(() => db.query(sql`SELECT id, finding FROM bare`)))
  }
  return { writeMs, readMs: median(readMs) }
}

/** From a pod's failure to its finding in the database, while the service looks each second. */
async function changes(db: Database, keep: (nowMs: number) => Promise<void>): Promise<readonly number[]> {
  const stop = every({ clock: systemClock, log }, lookEveryMs, 'keeping findings', keep)
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const workload = failing + round
    const count = async (): Promise<number> => {
      const rows = await db.query<{ count: number }>(sql`SELECT count(*)::int AS count FROM infra.finding`)
      return rows[0]!.count
    }
    const before = await count()
    const put = () => putPod(workload, 0, true)
    times.push(
      await timed(async () => {
        put()
        await eventually(async () => {
          if ((await count()) === before) throw new Error('not yet')
        }, 60_000)
      }),
    )
  }
  await stop()
  return times
}

fill()
const postgres = await startTestPostgres()
await migrate(postgres.url, { ...migrations, log })
const db = openDatabase({ url: postgres.url, applicationName: 'bench', log })
const keep = aKeeper(db)
const firstMs = await timed(() => keep())
const againMs: number[] = []
for (let round = 0; round < rounds; round++) againMs.push(await timed(() => keep()))
const bare = await bareRows(db)
const [kept] = await db.query<{ count: number }>(sql`SELECT count(*)::int AS count FROM infra.finding`)
const changeMs = await changes(db, keep)
await db.close()
await postgres.stop()
const figures = { pods: model.count('Pod'), findings: kept!.count, firstMs, againMs: median(againMs), bare, changeMs }
console.log(JSON.stringify(figures))
