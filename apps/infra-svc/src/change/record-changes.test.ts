import { ClusterModel, resourceTypes, type Resource } from '@akashic/kubernetes'
import { systemClock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import { createOutbox } from '@akashic/shared/events'
import { migrate } from '@akashic/shared/migrations'
import { sql, type Database } from '@akashic/shared/postgres'
import { eventually, testDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { migrations } from '../module.ts'
import type { Change } from './change.ts'
import { knownChanges } from './known-changes.ts'
import { createChangeRecorder } from './record-changes.ts'
import { insertChanges } from './store.ts'
import { watchChanges } from './watch-changes.ts'

const log = pino({ level: 'silent' })
const second = 1_000
const begun = Date.parse('2026-11-20T12:00:00Z')
const instant = (seconds: number): string => new Date(begun + seconds * second).toISOString().replace('.000', '')

let database: Awaited<ReturnType<typeof testDatabase>>
beforeEach(async () => {
  database = await testDatabase()
  await migrate(database.url, { ...migrations, log })
}, 60_000)
afterEach(() => database.close())

const configMap = (value: string, writtenAt: number, more: object = {}): Resource =>
  resourceTypes.ConfigMap.trim(
    {
      metadata: {
        ...{ name: 'settings', namespace: 'shop', uid: 'u1', resourceVersion: `${writtenAt}`, ...more },
        ...{ creationTimestamp: instant(-100_000) },
        managedFields: [
          { manager: 'kubectl', operation: 'Update', time: instant(writtenAt), fieldsV1: { 'f:data': {} } },
        ],
      },
      data: { LEVEL: value },
    },
    String,
  )

/** A replica that has read the cluster, and sees what is put from then on a while after it happened. */
function aReplica(db: Database, { lateMs = 0, reads = configMap('info', -100_000) } = {}) {
  const model = new ClusterModel('main')
  const recorder = createChangeRecorder({
    db,
    outbox: createOutbox('infra'),
    clock: systemClock,
    random: () => 0.01,
    log,
  })
  let isReady = false
  let now = begun
  watchChanges(model, { now: () => now + lateMs, isReady: () => isReady, onChange: recorder.add })
  model.put(reads)
  isReady = true
  return {
    ...{ model, recorder },
    at: (seconds: number) => void (now = begun + seconds * second),
    known: () => knownChanges({ db, recorder }, model, now + lateMs),
  }
}

const told = async (): Promise<readonly string[]> => {
  const rows = await database.db.query<{ event: { data: { changeId: string } } }>(sql`SELECT event FROM infra.outbox`)
  return rows.map(({ event }) => event.data.changeId)
}
const kept = async (): Promise<readonly Change[]> =>
  (await database.db.query<{ change: Change }>(sql`SELECT change FROM infra.change ORDER BY at`)).map(
    ({ change }) => change,
  )

test('a change and a deletion that two replicas see are one row and one event each, and both know the same', async () => {
  const [one, other] = [aReplica(database.db), aReplica(database.db, { lateMs: 1_700 })]
  for (const { model, at } of [one, other]) {
    model.put(configMap('debug', 10))
    at(20)
    model.remove({ kind: 'ConfigMap', namespace: 'shop', name: 'settings', uid: 'u1' })
  }
  await Promise.all([one.recorder.stop(), other.recorder.stop()])
  expect((await kept()).map(({ kind }) => kind)).toEqual(['configuration', 'deleted'])
  expect((await told()).toSorted()).toEqual((await kept()).map(({ id }) => id).toSorted())
  expect(await one.known()).toEqual(await other.known())
})

test('a replica that was cut off and lists anew sees the change that the other saw, not another one', async () => {
  const service = (app: string, generation: number, resourceVersion: string): Resource =>
    resourceTypes.Ingress.trim(
      {
        metadata: { name: 'web', namespace: 'shop', uid: 'i1', generation, resourceVersion },
        spec: { ingressClassName: app },
      },
      String,
    )
  const [one, other] = [aReplica(database.db), aReplica(database.db)]
  for (const { model, at } of [one, other]) {
    model.put(service('a', 1, '100'))
    at(200)
  }
  one.model.put(service('b', 2, '101'))
  // Its status was written meanwhile.
  other.model.put(service('b', 2, '109'))
  await Promise.all([one.recorder.stop(), other.recorder.stop()])
  expect((await kept()).filter(({ kind }) => kind === 'routing')).toHaveLength(1)
})

test('what one replica saw is known to one that starts later, fields and all', async () => {
  const one = aReplica(database.db)
  one.model.put(configMap('debug', 10))
  await one.recorder.stop()
  // It reads the object as it is now, which does not tell what was changed in it.
  const later = aReplica(database.db, { reads: configMap('debug', 10) })
  expect(await later.known()).toMatchObject([
    { kind: 'configuration', by: 'kubectl', fields: [{ path: 'data.LEVEL', before: '(changed)', after: '(changed)' }] },
  ])
})

test('while the database is away changes wait, are known all the same, and are told once it is back', async () => {
  let isAway = true
  const db: Database = {
    ...database.db,
    transaction: (work) =>
      isAway
        ? Promise.reject(new OpsError('unavailable', 'the database cannot be reached'))
        : database.db.transaction(work),
  }
  const { model, recorder, known } = aReplica(db)
  model.put(configMap('debug', 10))
  await eventually(async () => expect(await known()).toHaveLength(1))
  expect(await kept()).toEqual([])
  isAway = false
  await eventually(async () => expect(await told()).toHaveLength(1), 10_000)
  expect(recorder.unwritten('main')).toEqual([])
  await recorder.stop()
})

const aChange = (id: string, kind: Change['kind'], at: number): Change => ({
  ...{ id, cluster: 'main', at, kind, by: '', fields: [], summary: 'x' },
  object: { kind: 'ConfigMap', namespace: 'shop', name: id },
})

test('a flood of changes of one kind takes no room from the others, neither while they wait nor when they are read', async () => {
  const { recorder, known } = aReplica(database.db)
  const ofSettings = Array.from({ length: 30 }, (_, index) => aChange(`settings-${index}`, 'configuration', begun))
  const ofNodes = Array.from({ length: 2_500 }, (_, index) => aChange(`node-${index}`, 'node', begun + index))
  for (const change of [...ofSettings, ...ofNodes]) recorder.add(change)
  const waiting = recorder.unwritten('main').map(({ id }) => id)
  expect(waiting).toHaveLength(2_000)
  expect(waiting).toEqual(expect.arrayContaining(ofSettings.map(({ id }) => id)))
  await recorder.stop()
  await insertChanges(database.db, ofNodes)
  const read = (await known()).map(({ id }) => id)
  expect(read).toHaveLength(2_000)
  expect(read).toEqual(expect.arrayContaining([...ofSettings.map(({ id }) => id), 'node-2499', 'node-530']))
})

test('of the changes that wait the oldest are let go of, and one that nobody takes keeps no other back', async () => {
  const { recorder } = aReplica(database.db)
  const change = (index: number): Change => ({
    ...{ id: `c${index}`, cluster: 'main', at: begun, kind: 'configuration', by: '', fields: [] },
    object: { kind: 'ConfigMap', namespace: 'shop', name: `c${index}` },
    summary: index === 1_999 ? (null as unknown as string) : 'x',
  })
  for (let index = 0; index < 2_010; index++) recorder.add(change(index))
  expect(recorder.unwritten('main').map(({ id }) => id)).not.toContain('c9')
  await recorder.stop()
  const ids = new Set(await told())
  expect(ids.size).toBe(1_999)
  expect(ids).not.toContain('c1999')
})
