import { ClusterError } from '@akashic/kubernetes'
import { createOutbox } from '@akashic/shared/events'
import { migrate } from '@akashic/shared/migrations'
import { sql } from '@akashic/shared/postgres'
import { testDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import type { FollowedCluster } from '../cluster/clusters.ts'
import { watchReleases } from '../helm/watch-releases.ts'
import { watchVolumeUse } from '../storage/watch-volume-use.ts'
import { migrations } from '../module.ts'
import { ago, aView, now } from '../testing/a-look.ts'
import { createFindingKeeper } from './keep-findings.ts'

type Database = Awaited<ReturnType<typeof testDatabase>>
let database: Database
beforeEach(async () => {
  database = await testDatabase()
  await migrate(database.url, { ...migrations, log: pino({ level: 'silent' }) })
}, 60_000)
afterEach(() => database.close())

/** Whether the cluster changes between any two looks. */
let isChanging: boolean
beforeEach(() => void (isChanging = true))

let kept: Record<string, unknown[] | 'forbidden'>
const client = {
  get: async (path: string) => {
    const items = kept[path.split('?')[0]!] ?? []
    if (items === 'forbidden') throw new ClusterError('forbidden', 'no')
    return { kind: 'PartialObjectMetadataList', metadata: {}, items }
  },
}
const places = ['/api/v1/namespaces/shop/secrets', '/api/v1/configmaps'] as const
const stored = (status: string) => ({
  metadata: {
    ...{ uid: 'u1', namespace: 'shop', creationTimestamp: ago(3_600) },
    labels: { owner: 'helm', name: 'front', version: '1', status, modifiedAt: String(now / 1_000 - 3_600) },
  },
})

/** A service that has just been started, and has read nothing of the releases. */
function aService({ db = database.db, replicaId = 'r1' } = {}) {
  const view = aView('')
  const releases = watchReleases(client, view, ['shop'], () => 0.5)
  const cluster = {
    name: 'test',
    model: view,
    releases,
    volumes: watchVolumeUse(client, view, () => 0.5),
    isRead: () => true,
    takeChanged: () => isChanging,
  }
  const keeper = createFindingKeeper({
    ...{ db, outbox: createOutbox('infra'), replicaId },
    metrics: { found: () => undefined },
  })
  return {
    refresh: (at: number) => releases.refresh(at),
    keep: (at: number) => keeper.keep(cluster as unknown as FollowedCluster, at),
  }
}

async function told(): Promise<readonly string[]> {
  const rows = await database.db.query<{ event: { type: string; data: { rule: string } } }>(
    sql`SELECT event FROM infra.outbox ORDER BY seq`,
  )
  return rows.map(({ event }) => `${event.data.rule} ${/_(opened|resolved)\./.exec(event.type)?.[1]}`)
}

test.each(places)('a failed release of %s is opened once, and resolved once it is mended', async (place) => {
  kept = { [place]: [stored('failed')] }
  const service = aService()
  await service.refresh(now)
  await service.keep(now)
  await service.keep(now + 1_000)
  expect(await told()).toEqual(['helm-failed opened'])
  kept = { [place]: [stored('deployed')] }
  await service.refresh(now + 120_000)
  await service.keep(now + 120_000)
  expect(await told()).toEqual(['helm-failed opened', 'helm-failed resolved'])
})

test.each(places)('a service that starts anew resolves nothing of %s before it has read it', async (place) => {
  kept = { [place]: [stored('failed')] }
  const before = aService()
  await before.refresh(now)
  await before.keep(now)

  const after = aService()
  await after.keep(now + 1_000)
  kept = { [place]: 'forbidden' }
  await after.refresh(now + 2_000)
  for (const seconds of [3, 20, 60]) await after.keep(now + seconds * 1_000)
  expect(await told()).toEqual(['helm-failed opened'])

  kept = { [place]: [] }
  await after.refresh(now + 200_000)
  await after.keep(now + 200_000)
  expect(await told()).toEqual(['helm-failed opened', 'helm-failed resolved'])
})

test('what is kept where nothing can be read keeps no other release from being resolved', async () => {
  kept = { [places[0]]: [stored('failed')], [places[1]]: 'forbidden' }
  const service = aService()
  await service.refresh(now)
  await service.keep(now)
  kept = { ...kept, [places[0]]: [] }
  await service.refresh(now + 120_000)
  await service.keep(now + 120_000)
  expect(await told()).toEqual(['helm-failed opened', 'helm-failed resolved'])
})

describe('of two replicas', () => {
  const place = places[0]
  const expire = () =>
    database.db.query(sql`UPDATE infra.cluster_lease SET lease_until = lease_until - interval '1 hour'`)
  const owner = async () =>
    (await database.db.query<{ owner: string }>(sql`SELECT owner FROM infra.cluster_lease`))[0]!.owner

  test('the one that writes keeps the lease while nothing changes, and the other takes it over when it has run out', async () => {
    kept = { [place]: [stored('failed')] }
    const [one, other] = [aService(), aService({ replicaId: 'r2' })]
    await Promise.all([one, other].map((each) => each.refresh(now)))
    await one.keep(now)
    await other.keep(now)
    isChanging = false
    await expire()
    await one.keep(now + 5_000)
    isChanging = true
    await other.keep(now + 6_000)
    expect(await owner()).toBe('r1')
    await expire()
    await other.keep(now + 7_000)
    expect(await owner()).toBe('r2')
    expect(await told()).toEqual(['helm-failed opened'])
  })

  test('the one that has lost its lease while it looked writes nothing', async () => {
    kept = { [place]: [stored('failed')] }
    const db: Database['db'] = {
      ...database.db,
      transaction: async (work) => {
        await database.db.query(sql`UPDATE infra.cluster_lease SET owner = 'r2'`)
        return database.db.transaction(work)
      },
    }
    const service = aService({ db })
    await service.refresh(now)
    await service.keep(now)
    expect(await told()).toEqual([])
  })
})

test('what could not be written is written at the next look, although nothing has changed since', async () => {
  kept = { [places[0]]: [stored('failed')] }
  let isAway = true
  const transaction: Database['db']['transaction'] = (work) =>
    isAway ? Promise.reject(new Error('away')) : database.db.transaction(work)
  const service = aService({ db: { ...database.db, transaction } })
  await service.refresh(now)
  await expect(service.keep(now)).rejects.toThrow('away')
  isAway = false
  isChanging = false
  await service.keep(now + 1_000)
  expect(await told()).toEqual(['helm-failed opened'])
})
