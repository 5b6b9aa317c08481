import { infraEvents } from '@akashic/events'
import { ClusterModel, resourceTypes } from '@akashic/kubernetes'
import type { IncidentService } from '@akashic/proto'
import type { Actor } from '@akashic/shared/audit'
import { systemClock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import { createOutbox } from '@akashic/shared/events'
import { migrate } from '@akashic/shared/migrations'
import { sql } from '@akashic/shared/postgres'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { testDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import { listAudit } from '../audit/audit.ts'
import type { FollowedCluster } from '../cluster/clusters.ts'
import type { KnownComponent } from '../component/known-components.ts'
import { migrations } from '../module.ts'
import { aView } from '../testing/a-look.ts'

/** A Deployment of one pod that crashes for a reason which its log tells. */
const crashing = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, uid: d1, generation: 1 }
spec: { replicas: 1, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: app, image: 'web:1' }] } } }
status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, unavailableReplicas: 1 }
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web-1, namespace: shop, uid: r1, ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, uid: d1, controller: true }], annotations: { deployment.kubernetes.io/revision: '1' } }
spec: { replicas: 1, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: app, image: 'web:1' }] } } }
---
apiVersion: v1
kind: Pod
metadata: { name: web-1-a, namespace: shop, uid: p1, labels: { app: web }, ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: web-1, uid: r1, controller: true }] }
spec: { nodeName: worker-1, containers: [{ name: app, image: 'web:1' }] }
status:
  phase: Running
  conditions: [{ type: Ready, status: 'False', reason: ContainersNotReady, lastTransitionTime: '2026-11-20T11:58:01Z' }]
  containerStatuses:
  - name: app
    image: web:1
    restartCount: 5
    ready: false
    state: { waiting: { reason: CrashLoopBackOff, message: back-off 5m0s restarting failed container } }
    lastState: { terminated: { exitCode: 1, reason: Error, startedAt: '2026-11-20T11:58:00Z', finishedAt: '2026-11-20T11:58:01Z' } }
`

export const operator: Actor = {
  principal: { id: 'p1', name: 'Ada', kind: 'person', role: 'operator' },
  requestId: null,
}

const noReleases = { refresh: async () => undefined, findings: () => [] }
const log = pino({ level: 'silent' })

/** A cluster of which nothing was read yet. */
export const emptyCluster = (name: string): FollowedCluster => aCluster(name, new ClusterModel(name), async () => '')

function aCluster(name: string, model: ClusterModel, logs: () => Promise<string>): FollowedCluster {
  const emptyList = { kind: 'PartialObjectMetadataList', metadata: {}, items: [] }
  const client = { getText: logs, get: async () => emptyList } as unknown as FollowedCluster['client']
  const isRead = () => model.freshness('Pod').state === 'fresh'
  return {
    name,
    model,
    client,
    releases: noReleases,
    volumes: { refresh: async () => undefined, lookup: () => undefined, untold: () => [] },
    secretNamespaces: [],
    takeChanged: () => false,
    isRead,
  }
}

export type DiagnosisHarness = Awaited<ReturnType<typeof diagnosisHarness>>

/** Diagnoses on a real database, of clusters in which a Deployment crashes, with components and incidents as a test says. */
export async function diagnosisHarness(names: readonly string[]) {
  const { db, url, close } = await testDatabase()
  await migrate(url, { ...migrations, log })
  const components: KnownComponent[] = []
  const known = new Map<string, readonly string[]>()
  let readLog = async (): Promise<string> => 'Error: STRIPE_KEY is not set'
  const clusters = new Map(names.map((name) => [name, aCluster(name, aView(crashing, name), () => readLog())] as const))
  const incidents = {
    getIncident: async ({ id }: { readonly id: string }) => {
      const affected = known.get(id)
      if (!affected) throw new OpsError('not_found', `There is no incident ${id}.`)
      return { incident: { components: affected.map((component) => ({ id: component })) } }
    },
  } as unknown as Pick<RpcClientOf<IncidentService>, 'getIncident'>
  const named = (name: string): FollowedCluster => clusters.get(name)!
  const deps = {
    ...{ db, clock: systemClock, log, outbox: createOutbox('infra'), incidents },
    clusters: { all: () => [...clusters.values()], named, apply: async () => undefined, stop: async () => undefined },
    databases: { all: () => [] },
    components: async () => components,
    changes: async () => [],
    runbooks: () => [],
    metrics: { diagnosed: () => undefined },
  }
  return {
    ...{ db, deps, clusters, components, incidents: known, operator },
    now: () => systemClock.now(),
    runs: (id: string, cluster: string, name: string): KnownComponent => ({
      ...{ id, dependsOn: [] },
      targets: { aiProviders: [], kubernetes: { cluster, namespace: 'shop', kind: 'Deployment', name } },
    }),
    /** A Deployment whose pods all run. */
    aDeployment: (name: string, replicas = 1) =>
      resourceTypes.Deployment.trim(
        {
          metadata: { name, namespace: 'shop', uid: name, generation: 1 },
          spec: { replicas, selector: { matchLabels: { app: name } } },
          status: { observedGeneration: 1, replicas, readyReplicas: replicas, availableReplicas: replicas },
        },
        String,
      ),
    /** Makes every log fail. */
    refuseLogs: (reason: string) => {
      readLog = () => Promise.reject(new Error(reason))
    },
    /** Makes every log wait until it is released. */
    holdLogs: () => {
      const begun = Promise.withResolvers<void>()
      const released = Promise.withResolvers<void>()
      readLog = async () => {
        begun.resolve()
        await released.promise
        return ''
      }
      return { begun: begun.promise, release: () => released.resolve() }
    },
    /** What the events of diagnoses said. */
    told: async () => {
      const rows = await db.query<{ event: { type: string; data: unknown } }>(
        sql`SELECT event FROM infra.outbox ORDER BY seq`,
      )
      return rows
        .filter(({ event }) => event.type === infraEvents.diagnosis_completed.type)
        .map(({ event }) => infraEvents.diagnosis_completed.data.parse(event.data))
    },
    audited: async () => (await listAudit(db, { limit: 50, cursor: '', subject: '' })).entries,
    close,
  }
}
