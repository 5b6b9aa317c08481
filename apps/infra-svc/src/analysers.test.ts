import { describeReal, eventually } from '@akashic/testbed'
import { analyse } from './analyse/analyse.ts'
import { deployment, service, startScenarioCluster, type ScenarioCluster } from './testing/scenario-cluster.ts'

const hourMs = 3_600_000
const timeoutMs = 60_000

/** What the control plane itself writes is what analysers go by: its words, conditions and counts are of this version. */
describeReal('kubernetes', () => {
  let given: ScenarioCluster

  beforeAll(async () => {
    given = await startScenarioCluster({ nodes: [{ name: 'worker-1' }, { name: 'worker-2', labels: { disk: 'ssd' } }] })
    await given.cluster.apply('apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }')
  }, 120_000)
  afterAll(() => given?.stop())

  /** Findings as they will be after so long in which nothing changes. */
  const found = (laterMs: number, rule: string) =>
    analyse({ view: given.model, now: Date.now() + laterMs, logs: () => [] }).filter((each) => each.rule === rule)
  const soon = (laterMs: number, rule: string, expected: object) =>
    eventually(async () => expect(found(laterMs, rule)).toMatchObject([expected]), 20_000)

  test(
    'a pod that keeps its scheduling gate is told after a while, and no longer once it is gone',
    async () => {
      await given.cluster.apply(deployment('gated', { pod: 'schedulingGates: [{ name: example.com/queue }]' }))
      await soon(hourMs, 'pod-scheduling-gated', {
        object: { kind: 'Deployment', namespace: 'shop', name: 'gated' },
        evidence: [
          { object: { kind: 'Pod' }, quote: 'example.com/queue' },
          { quote: expect.stringContaining('SchedulingGated') },
          { object: { kind: 'Deployment' }, quote: 'example.com/queue' },
        ],
      })
      expect(found(0, 'pod-scheduling-gated')).toEqual([])
      await given.cluster.kubectl(['delete', 'deployment', '-n', 'shop', 'gated'])
      await eventually(async () => expect(found(hourMs, 'pod-scheduling-gated')).toEqual([]), 20_000)
    },
    timeoutMs,
  )

  test(
    'a rollout that stays paused is told after a day',
    async () => {
      await given.cluster.apply(deployment('held'))
      await given.cluster.kubectl([
        'wait',
        '-n',
        'shop',
        'deployment/held',
        '--for=condition=Available',
        '--timeout=30s',
      ])
      await given.cluster.kubectl(['rollout', 'pause', '-n', 'shop', 'deployment/held'])
      await given.cluster.kubectl(['set', 'image', '-n', 'shop', 'deployment/held', 'app=web:2'])
      await soon(25 * hourMs, 'deployment-paused', { severity: 'info', object: { name: 'held' } })
      expect(found(hourMs, 'deployment-paused')).toEqual([])
    },
    timeoutMs,
  )

  test(
    'a StatefulSet is told of its missing Service and class, and of an update that stands still',
    async () => {
      const set = (image: string) => `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  serviceName: db
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: db, image: '${image}' }] } }
---`
      const other = set('db:1')
        .replace('name: db,', 'name: files,')
        .replaceAll('app: db', 'app: files')
        .replace('serviceName: db', 'serviceName: files')
        .replace(
          '\n---',
          '\n  volumeClaimTemplates: [{ metadata: { name: disk }, spec: { storageClassName: fast, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }]\n---',
        )
      await given.cluster.apply(set('db:1') + other + service('files', 'files'))
      await soon(0, 'statefulset-service-missing', {
        object: { name: 'db' },
        blames: [{ object: { kind: 'Service' } }],
      })
      await soon(0, 'statefulset-class-missing', { object: { name: 'files' }, part: 'disk' })
      await eventually(
        () => given.cluster.kubectl(['wait', '-n', 'shop', 'pod/db-0', '--for=condition=Ready', '--timeout=5s']),
        30_000,
      )
      await given.cluster.apply(set('db:never').replace('containers: [{', 'containers: [{ imagePullPolicy: Never,'))
      await soon(hourMs, 'statefulset-stuck', { object: { name: 'db' }, summary: expect.stringContaining('db-0') })
      expect(found(0, 'statefulset-stuck')).toEqual([])
    },
    timeoutMs,
  )

  test(
    'a CronJob is told when it is suspended, or has missed its time',
    async () => {
      const cronJob = (name: string, spec: string) => `
apiVersion: batch/v1
kind: CronJob
metadata: { name: ${name}, namespace: shop }
spec: { ${spec}, jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: app, image: 'web:1' }] } } } } }
---`
      await given.cluster.apply(
        cronJob('asleep', "suspend: true, schedule: '* * * * *'") +
          cronJob('yearly', "schedule: '0 0 1 1 *', timeZone: Etc/UTC"),
      )
      await soon(0, 'cronjob-suspended', { severity: 'info', object: { name: 'asleep' } })
      expect(found(0, 'cronjob-missed')).toEqual([])
      await soon(366 * 24 * hourMs, 'cronjob-missed', { object: { name: 'yearly' } })
    },
    timeoutMs,
  )

  test(
    'pods of a DaemonSet that are left where they are not meant are told with the taint',
    async () => {
      await given.cluster.apply(
        `apiVersion: apps/v1\nkind: DaemonSet\nmetadata: { name: agent, namespace: shop }\nspec: { selector: { matchLabels: { app: agent } }, template: { metadata: { labels: { app: agent } }, spec: { nodeSelector: { disk: ssd }, containers: [{ name: app, image: 'web:1' }] } } }`,
      )
      await given.cluster.kubectl(['rollout', 'status', '-n', 'shop', 'daemonset/agent', '--timeout=30s'])
      // The controller counts anew when it next looks at the set, and a taint alone does not make it look.
      const soonCounted = (expected: readonly object[]) =>
        eventually(async () => {
          await given.cluster.kubectl([
            'annotate',
            '-n',
            'shop',
            'daemonset/agent',
            '--overwrite',
            `touched=${Date.now()}`,
          ])
          expect(found(0, 'daemonset-misscheduled')).toMatchObject(expected)
        }, 20_000)
      await given.cluster.kubectl(['taint', 'node', 'worker-2', 'team=data:NoSchedule'])
      const summary = expect.stringContaining('worker-2 (taint team=data:NoSchedule is not tolerated)')
      await soonCounted([{ object: { name: 'agent' }, summary }])
      await given.cluster.kubectl(['taint', 'node', 'worker-2', 'team-'])
      await soonCounted([])
    },
    timeoutMs,
  )

  test(
    'a volume is told once its claim is gone, and an object that was applied in an old version',
    async () => {
      const claim =
        '\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: files, namespace: shop }\nspec: { storageClassName: by-hand, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }'
      await given.cluster.apply(
        `apiVersion: v1\nkind: PersistentVolume\nmetadata: { name: disk-1 }\nspec: { storageClassName: by-hand, accessModes: [ReadWriteOnce], capacity: { storage: 1Gi }, persistentVolumeReclaimPolicy: Retain, hostPath: { path: /disk } }\n---${claim}`,
      )
      await given.cluster.kubectl([
        'wait',
        '-n',
        'shop',
        'pvc/files',
        '--for=jsonpath={.status.phase}=Bound',
        '--timeout=30s',
      ])
      expect(found(0, 'volume-released')).toEqual([])
      await given.cluster.kubectl(['delete', 'pvc', '-n', 'shop', 'files'])
      await soon(0, 'volume-released', { severity: 'info', object: { name: 'disk-1' }, since: expect.any(Number) })
      await given.cluster.apply(
        'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: old, namespace: shop }\nspec: { maxUnavailable: 1, selector: { matchLabels: { app: held } } }',
      )
      const manifest = '{"apiVersion":"policy/v1beta1","kind":"PodDisruptionBudget"}'
      const annotation = `kubectl.kubernetes.io/last-applied-configuration=${manifest}`
      await given.cluster.kubectl(['annotate', '-n', 'shop', 'pdb/old', '--overwrite', annotation])
      await soon(0, 'api-version-removed', { object: { name: 'old' }, part: 'policy/v1beta1' })
    },
    timeoutMs,
  )

  test(
    'policies are told that select nobody, or let nobody in to what a Service offers',
    async () => {
      const policy = (name: string, spec: string) =>
        `\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: { ${spec} }\n---`
      await given.cluster.apply(
        policy('typo', 'podSelector: { matchLabels: { app: hedl } }, ingress: [{}]') +
          policy('deny', 'podSelector: {}') +
          service('held', 'held'),
      )
      await soon(0, 'policy-selects-nothing', { object: { name: 'typo' } })
      await soon(0, 'policy-denies-all', { object: { name: 'deny' }, severity: 'info' })
      await given.cluster.apply(policy('allow', 'podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }]'))
      await eventually(async () => expect(found(0, 'policy-denies-all')).toEqual([]), 20_000)
    },
    timeoutMs,
  )
})
