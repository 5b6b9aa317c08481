import type { KnownComponent } from '../component/known-components.ts'
import { aView } from '../testing/a-look.ts'
import { aroundDatabase, usersOf } from './around.ts'
import { openDatabaseClient } from './database-client.ts'
import { createLooks } from './look-in-turn.ts'
import { postgresEngine } from './postgres-engine.ts'

const shop = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, uid: web }
spec: { replicas: 2, strategy: { rollingUpdate: { maxSurge: 2 } }, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: app, image: web }] } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: mail, namespace: shop, uid: mail }
spec: { replicas: 3, strategy: { type: Recreate }, selector: { matchLabels: { app: mail } }, template: { metadata: { labels: { app: mail } }, spec: { containers: [{ name: app, image: mail }] } } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec: { minReplicas: 2, maxReplicas: 12, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }
---
apiVersion: v1
kind: Pod
metadata: { name: web-1, namespace: shop, ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, uid: web, controller: true }] }
spec: { nodeName: n1, containers: [{ name: app, image: web }] }
status: { phase: Running, podIP: 10.1.0.7, podIPs: [{ ip: 10.1.0.7 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: agent-1, namespace: ops }
spec: { hostNetwork: true, nodeName: n1, containers: [{ name: app, image: agent }] }
status: { phase: Running, podIP: 192.168.0.1, podIPs: [{ ip: 192.168.0.1 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: agent-2, namespace: ops }
spec: { hostNetwork: true, nodeName: n1, containers: [{ name: app, image: agent }] }
status: { phase: Running, podIP: 192.168.0.1, podIPs: [{ ip: 192.168.0.1 }] }
`
const view = aView(shop)
const runs = (id: string, name: string, database?: string, dependsOn: string[] = []): KnownComponent => ({
  ...{ id, dependsOn },
  targets: { aiProviders: [], kubernetes: { cluster: 'test', namespace: 'shop', kind: 'Deployment', name }, database },
})
const components = [
  runs('web', 'web', 'orders'),
  runs('api', 'web', 'orders'),
  runs('mail', 'mail', undefined, ['store']),
  runs('other', 'web'),
]
const spec = { name: 'orders', url: 'postgres://r@db/x', component: 'store', poolSize: 10, readyWithin: 1_000 }
const watched = (name: string, url: string, poolSize?: number, component = 'store') => {
  const own = { ...spec, name, url, poolSize, component }
  return { spec: own, engine: postgresEngine(openDatabaseClient(own)), looks: createLooks() }
}
const database = watched('orders', spec.url, 10)
const seen = { all: () => [{ name: 'test', model: view } as never] }
const around = aroundDatabase(database, [database], components, seen)

test('who uses a database names it, or depends on the component that it is', () => {
  expect(usersOf(components, spec).map(({ id }) => id)).toEqual(['web', 'api', 'mail'])
})

test('pods are counted once, as many as an autoscaler may make of them, else as many as are asked for', () => {
  expect(around.poolUsers).toEqual([
    {
      ...{ cluster: 'test', workload: { kind: 'Deployment', namespace: 'shop', name: 'web' } },
      ...{ pods: 12, by: 'HorizontalPodAutoscaler shop/web maxReplicas', maxSurge: '2' },
    },
    {
      ...{ cluster: 'test', workload: { kind: 'Deployment', namespace: 'shop', name: 'mail' } },
      ...{ pods: 3, by: 'Deployment shop/mail replicas', maxSurge: '0' },
    },
  ])
})

test('pools of the other databases of its server are counted too, and named where they cannot be', () => {
  const other = [
    watched('mails', 'postgres://r@db/mails', 5),
    watched('unsized', 'postgres://r@db/unsized'),
    watched('unused', 'postgres://r@db/unused', 5, 'nobody'),
    watched('pooled', 'postgres://r@db:6432/x', 5),
    watched('elsewhere', 'postgres://r@db2/x', 5),
  ]
  const { poolsBeside, uncountedUsers } = aroundDatabase(database, [database, ...other], components, seen)
  expect(poolsBeside).toMatchObject([{ database: 'mails', poolSize: 5, users: [{ pods: 3 }] }])
  expect(uncountedUsers).toEqual(['users of database unsized on its server (it has no poolSize)'])
  expect(around).toMatchObject({ poolsBeside: [], uncountedUsers: [] })
})

test('what a rollout adds is not known of a workload that only its autoscaler tells of', () => {
  const model = aView(
    shop.replaceAll('kind: Deployment\nmetadata: { name: web,', 'kind: ReplicaSet\nmetadata: { name: web,'),
  )
  const clusters = { all: () => [{ name: 'test', model } as never] }
  const { poolUsers, uncountedUsers } = aroundDatabase(database, [database], [runs('web', 'web', 'orders')], clusters)
  expect(poolUsers).toMatchObject([{ pods: 12 }])
  expect(uncountedUsers).toEqual(['Deployment shop/web (pods that its rollouts add: it is not seen in cluster test)'])
})

test('users whose pods cannot be counted are named with the reason', () => {
  const of = (id: string, kubernetes?: object) =>
    ({ id, dependsOn: ['store'], targets: { aiProviders: [], kubernetes } }) as never
  const at = (name: string, cluster = 'test') => ({ cluster, namespace: 'shop', kind: 'Deployment', name })
  const unseen = [of('cron'), of('gone', at('gone')), of('far', at('web', 'other')), ...components]
  const { poolUsers, uncountedUsers } = aroundDatabase(database, [database], unseen, seen)
  expect(poolUsers).toEqual(around.poolUsers)
  expect(uncountedUsers).toEqual([
    'component cron (it names no workload)',
    'Deployment shop/gone (it is not seen in cluster test)',
    'Deployment shop/web (cluster other is not looked at)',
  ])
  expect(around.uncountedUsers).toEqual([])
})

test('an autoscaler that cannot be read may make more pods than are asked for', () => {
  const model = aView(shop.replace(/kind: HorizontalPodAutoscaler/, 'kind: ConfigMap'))
  model.setFreshness('HorizontalPodAutoscaler', { state: 'unknown', reason: 'not allowed', missingPermission: 'list' })
  const clusters = { all: () => [{ name: 'test', model } as never] }
  const { poolUsers, uncountedUsers } = aroundDatabase(database, [database], [runs('web', 'web', 'orders')], clusters)
  expect(poolUsers).toMatchObject([{ pods: 2 }])
  expect(uncountedUsers).toEqual(['Deployment shop/web (more than its 2 replicas: its autoscalers cannot be read)'])
})

test('a session is told by the pod of its address and its workload, unless several pods have it', () => {
  expect(around.ownerOf('10.1.0.7')).toEqual({
    pod: { kind: 'Pod', namespace: 'shop', name: 'web-1' },
    workload: { kind: 'Deployment', namespace: 'shop', name: 'web' },
  })
  expect(around.ownerOf('192.168.0.1')).toBeNull()
  expect(around.ownerOf('10.9.9.9')).toBeNull()
})
