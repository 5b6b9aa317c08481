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
spec: { replicas: 2, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: app, image: web }] } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: mail, namespace: shop, uid: mail }
spec: { replicas: 3, selector: { matchLabels: { app: mail } }, template: { metadata: { labels: { app: mail } }, spec: { containers: [{ name: app, image: mail }] } } }
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
const database = { spec, engine: postgresEngine(openDatabaseClient(spec)), looks: createLooks() }
const around = aroundDatabase(database, components, { all: () => [{ name: 'test', model: view } as never] })

test('who uses a database names it, or depends on the component that it is', () => {
  expect(usersOf(components, spec).map(({ id }) => id)).toEqual(['web', 'api', 'mail'])
})

test('pods are counted once, as many as an autoscaler may make of them, else as many as are asked for', () => {
  expect(around.poolUsers).toEqual([
    {
      ...{ cluster: 'test', workload: { kind: 'Deployment', namespace: 'shop', name: 'web' } },
      ...{ pods: 12, by: 'HorizontalPodAutoscaler shop/web maxReplicas' },
    },
    {
      ...{ cluster: 'test', workload: { kind: 'Deployment', namespace: 'shop', name: 'mail' } },
      ...{ pods: 3, by: 'Deployment shop/mail replicas' },
    },
  ])
})

test('users whose pods cannot be counted are named with the reason', () => {
  const of = (id: string, kubernetes?: object) =>
    ({ id, dependsOn: ['store'], targets: { aiProviders: [], kubernetes } }) as never
  const at = (name: string, cluster = 'test') => ({ cluster, namespace: 'shop', kind: 'Deployment', name })
  const unseen = [of('cron'), of('gone', at('gone')), of('far', at('web', 'other')), ...components]
  const { poolUsers, uncountedUsers } = aroundDatabase(database, unseen, {
    all: () => [{ name: 'test', model: view } as never],
  })
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
  const { poolUsers, uncountedUsers } = aroundDatabase(database, [runs('web', 'web', 'orders')], clusters)
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
