import { crash } from '../testing/processes.ts'
import { onStage, probed, scenario } from '../testing/stage.ts'

const images = ['web:1', 'web:2', 'private.example/web:1']
const nodes = [
  { name: 'worker-1' },
  { name: 'worker-2', labels: { disk: 'ssd' } },
  { name: 'worker-3', labels: { disk: 'old' } },
]

/** Faults that no rule was written for by name: what is near to each must carry it to what must be changed. */
onStage({ nodes, registry: { images, needSecret: ['private.example/'], hidden: ['ngnix'] } }, (stage) => {
  const { cast } = stage
  const kubectl = (...args: readonly string[]): Promise<string> => stage.given.cluster.kubectl(args)
  const volume = (role: string, mode: string): string => `apiVersion: v1
kind: PersistentVolume
metadata: { name: ${cast.of(role)} }
spec: { capacity: { storage: 1Gi }, accessModes: [${mode}], storageClassName: '', hostPath: { path: /tmp }, claimRef: { namespace: ${stage.namespace}, name: ${cast.of(role)} } }
---
apiVersion: v1
kind: PersistentVolumeClaim
${stage.meta(role)}
spec: { storageClassName: '', volumeName: ${cast.of(role)}, accessModes: [${mode}], resources: { requests: { storage: 1Gi } } }`
  const claimed = (role: string): string =>
    `volumes: [{ name: data, persistentVolumeClaim: { claimName: ${cast.of(role)} } }]`

  describe('of configuration', () => {
    scenario('a key that nobody has to have is renamed, and a process has to', async () => {
      const from = `valueFrom: { configMapKeyRef: { name: ${cast.of('modes')}, key: MODE, optional: true } }`
      const container = `env: [{ name: MODE, ${from} }]`
      await stage.apply(
        stage.configMap('modes', { MODE: 'a' }),
        stage.deployment('modal', { container, does: 'need-a-mode' }),
      )
      await stage.available('modal')
      await stage.apply(stage.configMap('modes', { MODUS: 'a' }))
      await stage.restart('modal')
      await stage.firstCause('modal', 'ConfigMap modes')
    })

    scenario('a Secret is deleted while it is used, and the pods are made again', async () => {
      const from = `valueFrom: { secretKeyRef: { name: ${cast.of('key')}, key: key } }`
      await stage.apply(
        stage.secret('key', { key: 'a' }),
        stage.deployment('keyed', { container: `env: [{ name: KEY, ${from} }]` }),
      )
      await stage.available('keyed')
      await kubectl('delete', 'secret', '-n', stage.namespace, cast.of('key'))
      await stage.restart('keyed')
      await stage.firstCause('keyed', 'Secret key')
    })

    scenario('a pull secret is of a type that opens no registry', async () => {
      const pod = `imagePullSecrets: [{ name: ${cast.of('opaque')} }]`
      await stage.apply(
        stage.secret('opaque', { user: 'a' }),
        stage.deployment('shut-out', { image: 'private.example/web:1', pod }),
      )
      await stage.withSecrets(() => stage.firstCause('shut-out', 'Secret opaque'))
    })

    scenario('a name that the registry may have in private, with a pull secret for another registry', async () => {
      const login = JSON.stringify({ auths: { 'ghcr.io': { auth: 'eDp5' } } })
      const pod = `imagePullSecrets: [{ name: ${cast.of('ghcr')} }]`
      await stage.apply(
        `${stage.secret('ghcr', { '.dockerconfigjson': login })}\ntype: kubernetes.io/dockerconfigjson`,
        stage.deployment('misspelt', { image: 'ngnix:1.25', pod }),
      )
      await stage.withSecrets(() => stage.firstCause('misspelt', 'Deployment misspelt'))
    })
  })

  describe('of processes', () => {
    describe.each([
      ['a command that is not there', 'lost-command', { exitCode: 127, exitAfterMs: 100 }, ''],
      ['a file where nothing may be written', 'scribe', crash("EROFS: read-only file system, open '/var/x'"), ''],
      [
        'a probe of a port where nothing listens',
        'wrong-port',
        { healthyAfterMs: null, probeMessage: 'dial tcp 10.244.1.7:9090: connect: connection refused' },
        'readinessProbe: { httpGet: { port: 9090 } }',
      ],
      [
        'a probe of a path that the process does not know',
        'wrong-path',
        { healthyAfterMs: null, probeMessage: 'HTTP probe failed with statuscode: 404' },
        'readinessProbe: { httpGet: { port: 8080, path: /healthzz } }',
      ],
    ])('%s', (_, name, run, container) => {
      scenario('is a matter of the template', async () => {
        await stage.apply(stage.deployment(name, { run, container }))
        await stage.firstCause(name, `Deployment ${name}`)
      })
    })

    scenario('a volume that is full is a matter of its claim', async () => {
      const container = 'volumeMounts: [{ name: data, mountPath: /data }]'
      const run = crash("Error: ENOSPC: no space left on device, open '/data/journal'")
      await stage.apply(
        volume('full', 'ReadWriteOnce'),
        stage.deployment('hoarder', { pod: claimed('full'), container, run }),
      )
      await stage.firstCause('hoarder', 'PersistentVolumeClaim full')
    })

    scenario('a right that the service account lacks', async () => {
      const account = cast.of('robot')
      const user = `system:serviceaccount:${stage.namespace}:${account}`
      const line = `Error: pods is forbidden: User "${user}" cannot list resource "pods" in API group "" in the namespace "${stage.namespace}"`
      await stage.apply(
        `apiVersion: v1\nkind: ServiceAccount\n${stage.meta('robot')}`,
        stage.deployment('operator', { pod: `serviceAccountName: ${account}`, run: crash(line) }),
      )
      const cause = await stage.firstCause('operator', 'ServiceAccount robot')
      expect(cause.because).toContain('list resource "pods"')
    })

    scenario('a migration that fails as its database is down', async () => {
      const store = cast.of('store')
      const env = JSON.stringify([
        { name: 'DATABASE_URL', value: `postgres://${store}:80/x` },
        { name: 'STATE', value: 'broken' },
        { name: 'LAST_WORDS', value: `Error: connect ECONNREFUSED ${store}:80\nmigration failed` },
      ])
      await stage.apply(
        stage.deployment('store', { run: crash('Error: PGDATA is not set') }),
        stage.service('store'),
        stage.deployment('migrant', { pod: `initContainers: [{ name: migrate, image: "web:1", env: ${env} }]` }),
      )
      await stage.firstCause('migrant', 'Deployment store')
    })

    describe.each([
      ['Job', 'spec: ', ''],
      ['CronJob', "spec: { schedule: '0 3 * * *', jobTemplate: { spec: ", ' } }'],
    ])('a %s whose pods may not start again', (kind, before, after) => {
      const role = `${kind.toLowerCase()}-of-night`
      scenario('fails for want of a setting', async () => {
        const run = JSON.stringify({
          'akashic.dev/behaviour': JSON.stringify({ app: crash('Error: TARGET is not set') }),
        })
        const template = `{ metadata: { annotations: ${run} }, spec: { restartPolicy: Never, containers: [{ name: app, image: "web:1" }] } }`
        await stage.apply(
          `apiVersion: batch/v1\nkind: ${kind}\n${stage.meta(role)}\n${before}{ backoffLimit: 0, template: ${template} }${after}`,
        )
        if (kind === 'CronJob') {
          await kubectl('create', 'job', '-n', stage.namespace, `--from=cronjob/${cast.of(role)}`, cast.of('by-hand'))
        }
        const cause = await stage.firstCause(`${kind} ${role}`, `${kind} ${role}`)
        expect(cause.because).toContain('TARGET')
      })
    })
  })

  describe('of placement and admission', () => {
    scenario('a claim for one pod that two want', async () => {
      await stage.apply(
        volume('single', 'ReadWriteOncePod'),
        stage.deployment('couple', { replicas: 2, pod: claimed('single') }),
      )
      await stage.firstCause('couple', 'PersistentVolumeClaim single')
    })

    scenario('a port of the node that two want', async () => {
      const manifest = stage.deployment('doorkeeper', { replicas: 2, pod: 'nodeSelector: { disk: ssd }' })
      await stage.apply(manifest.replace('containerPort: 8080', 'containerPort: 8080, hostPort: 8080'))
      const cause = await stage.firstCause('doorkeeper', 'Deployment doorkeeper')
      expect(cause.because).toContain('port of the node')
      await stage.mend(cause)
      await stage.nothingWrong('doorkeeper')
    })

    scenario('a port of the nodes that another DaemonSet has', async () => {
      const set = (role: string): string =>
        `apiVersion: apps/v1\nkind: DaemonSet\n${stage.meta(role)}\nspec: { selector: { matchLabels: { app: ${cast.of(role)} } }, template: { metadata: { labels: { app: ${cast.of(role)} } }, spec: { containers: [{ name: app, image: 'web:1', ports: [{ containerPort: 9100, hostPort: 9100 }] }] } } }`
      await stage.apply(set('first-agent'))
      await stage.daemonsReady('first-agent')
      await kubectl('cordon', cast.of('worker-3'))
      await stage.apply(set('second-agent'))
      await stage.firstCause('DaemonSet second-agent', 'DaemonSet second-agent')
      await kubectl('uncordon', cast.of('worker-3'))
    })

    scenario('a spread over racks that no node tells', async () => {
      const pod = `topologySpreadConstraints: [{ maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: ${cast.of('spread')} } } }]`
      await stage.apply(stage.deployment('spread', { replicas: 2, pod }))
      await stage.mend(await stage.firstCause('spread', 'Deployment spread'))
      await stage.nothingWrong('spread')
    })

    scenario('the one node that would do is cordoned', async () => {
      await kubectl('cordon', cast.of('worker-3'))
      await stage.apply(stage.deployment('picky', { pod: 'nodeSelector: { disk: old }' }))
      await stage.firstCause('picky', 'Node worker-3')
      await kubectl('uncordon', cast.of('worker-3'))
    })

    describe.each([
      ['service account', 'ServiceAccount nobody', (name: string) => `serviceAccountName: ${name}`],
      ['priority class', 'PriorityClass nobody', (name: string) => `priorityClassName: ${name}`],
    ])('a %s', (what, blamed, podOf) => {
      scenario('does not exist', async () => {
        const role = `missing-${what.replace(' ', '-')}`
        await stage.apply(stage.deployment(role, { pod: podOf(cast.of('nobody')) }))
        await stage.firstCause(role, blamed)
      })
    })

    describe.each([
      [
        'range',
        'LimitRange',
        'limits: [{ type: Container, max: { cpu: 500m } }]',
        'requests: { cpu: 1 }, limits: { cpu: 1 }',
      ],
      ['quota', 'ResourceQuota', 'hard: { requests.cpu: 4 }', ''],
    ])('a %s', (name, kind, spec, resources) => {
      scenario('that the template does not keep to', async () => {
        await stage.apply(
          stage.space(`of-${name}`),
          `apiVersion: v1\nkind: ${kind}\n${stage.meta(`of-${name}/${name}`)}\nspec: { ${spec} }`,
        )
        await stage.apply(stage.deployment(`of-${name}/unfit`, { container: `${probed}, resources: { ${resources} }` }))
        await stage.mend(await stage.firstCause(`of-${name}/unfit`, `Deployment of-${name}/unfit`))
        await stage.nothingWrong(`of-${name}/unfit`)
      })
    })
  })
})
