import { migrate } from '@akashic/shared/migrations'
import { testDatabase, type TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { migrations } from '../module.ts'
import { ago, aView, now } from '../testing/a-look.ts'
import type { Change, FieldChange } from './change.ts'
import { lastRollout } from './last-rollout.ts'
import { insertChanges } from './store.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
  await migrate(database.url, { ...migrations, log: pino({ level: 'silent' }) })
}, 60_000)
afterAll(() => database.close())

const web = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const image = { path: 'containers[app].image', before: 'web:1', after: 'web:2' }
const restart = { path: 'annotations.kubectl.kubernetes.io/restartedAt', before: null, after: 'now' }
let seq = 0
const keep = (at: number, partial: Partial<Change> = {}, fields: readonly FieldChange[] = [image]) =>
  insertChanges(database.db, [
    { id: `c${seq++}`, cluster: 'test', at, kind: 'rollout', object: web, by: '', summary: '', fields, ...partial },
  ])
const revision = (at: number, created: string) => `
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web-${at}, namespace: shop, creationTimestamp: '${created}', annotations: { deployment.kubernetes.io/revision: '${at}' }, ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, uid: d1, controller: true }] }
spec: { replicas: 1, template: { spec: { containers: [{ name: app, image: 'web:${at}' }] } } }`
const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, uid: d1, annotations: { deployment.kubernetes.io/revision: '2' } }
spec: { replicas: 1 }`
const dayMs = 86_400_000
const last = (view = aView('')) => lastRollout(database.db, view, web, now - 7 * dayMs)

test('the last rollout of this workload is told, whatever else was changed since', async () => {
  expect(await last()).toBeNull()
  await keep(now - 8 * dayMs)
  expect(await last()).toBeNull()
  await keep(now - 3 * dayMs)
  await keep(now - 2 * dayMs)
  await keep(now - dayMs, { object: { ...web, name: 'api' } })
  await keep(now - dayMs, { object: { ...web, kind: 'StatefulSet' } })
  await keep(now - dayMs, { cluster: 'other' })
  await keep(now - dayMs, { kind: 'scaled' })
  await keep(now - dayMs, {}, [restart])
  expect((await last())?.at).toBe(now - 2 * dayMs)
})

test('what was rolled out before anybody watched is told by the revisions', async () => {
  const view = aView(deployment + revision(1, ago(90_000)) + revision(2, ago(4_000)))
  expect((await last(view))?.at).toBe(now - 4_000_000)
})
