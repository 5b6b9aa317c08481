import { ClusterError } from '@akashic/kubernetes'
import { createOutbox } from '@akashic/shared/events'
import { migrate } from '@akashic/shared/migrations'
import { sql } from '@akashic/shared/postgres'
import { testDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import type { FollowedCluster } from '../cluster/clusters.ts'
import { watchReleases } from '../helm/watch-releases.ts'
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
function aService() {
  const view = aView('')
  const releases = watchReleases(client, view, ['shop'], () => 0.5)
  const cluster = { name: 'test', model: view, releases, isRead: () => true, takeChanged: () => true }
  const keeper = createFindingKeeper({
    ...{ db: database.db, outbox: createOutbox('infra'), replicaId: 'r1' },
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
