import { onStage, scenario } from '../testing/stage.ts'

const nodes = [{ name: 'worker-1' }, { name: 'worker-2', labels: { small: 'yes' } }]
const registry = {
  needSecret: ['private.example/'],
  unreachable: ['far.example/'],
  limited: ['busy.example/'],
}

/** A cluster without metrics and without a storage class, and registries that do not give what is asked of them. */
onStage({ nodes, registry }, (stage) => {
  const { cast } = stage
  const small = 'nodeSelector: { small: "yes" }'
  const claim = (role: string, more = ''): string =>
    `apiVersion: v1\nkind: PersistentVolumeClaim\n${stage.meta(role)}\nspec: { ${more}accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }`
  const scaler = (role: string): string =>
    `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n${stage.meta(role)}\nspec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${cast.of(role)} }, maxReplicas: 3, metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } } }] }`
  const asking = { container: 'resources: { requests: { cpu: 100m } }' }

  describe('of images', () => {
    scenario('a registry that cannot be reached', async () => {
      await stage.apply(stage.deployment('distant', { image: 'far.example/web:1' }))
      const cause = await stage.firstCause('distant', 'Registry far.example')
      expect(cause.because).toContain('cannot be reached')
    })

    scenario('a registry that is asked too often', async () => {
      await stage.apply(stage.deployment('limited', { image: 'busy.example/web:1' }))
      const cause = await stage.firstCause('limited', 'Registry busy.example')
      expect(cause.evidence.map(({ quote }) => quote).join()).toContain('toomanyrequests')
    })

    scenario('an image that was refused until its secret was made is nobody’s trouble', async () => {
      const pod = `imagePullSecrets: [{ name: ${cast.of('regcred')} }]`
      await stage.apply(stage.deployment('patient', { image: 'private.example/web:1', pod }))
      await stage.firstCause('patient', 'Secret regcred')
      const login = JSON.stringify({ auths: { 'private.example': { auth: 'YTpi' } } })
      await stage.apply(
        `apiVersion: v1\nkind: Secret\n${stage.meta('regcred')}\ntype: kubernetes.io/dockerconfigjson\nstringData: { .dockerconfigjson: '${login}' }`,
      )
      await stage.available('patient')
      await stage.nothingWrong('patient')
    })
  })

  describe('of metrics', () => {
    scenario('an autoscaler in a cluster that serves none', async () => {
      await stage.apply(stage.deployment('unmeasured', asking), scaler('unmeasured'))
      const cause = await stage.firstCause('unmeasured', 'APIService v1beta1.metrics.k8s.io')
      expect(cause.because).toContain('not registered')
    })

    scenario('an autoscaler of what is scaled to nothing needs none', async () => {
      await stage.apply(stage.deployment('resting', { ...asking, replicas: 0 }), scaler('resting'))
      await stage.given.cluster.kubectl([
        ...['wait', '-n', stage.namespace, `hpa/${cast.of('resting')}`, '--timeout=20s'],
        '--for=jsonpath={.status.conditions[?(@.type=="ScalingActive")].reason}=ScalingDisabled',
      ])
      await stage.nothingWrong('resting')
    })
  })

  describe('of storage', () => {
    scenario('a claim without a class where the cluster has no default', async () => {
      const pod = `volumes: [{ name: data, persistentVolumeClaim: { claimName: ${cast.of('classless')} } }]`
      await stage.apply(claim('classless'), stage.deployment('classless', { pod }))
      const cause = await stage.firstCause('classless', 'PersistentVolumeClaim classless')
      expect(cause.because).toContain('no default')
    })

    scenario('a claim that waits for its first pod, as its class says, is nobody’s trouble', async () => {
      await stage.apply(
        `apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: { name: ${cast.of('lazy')} }\nprovisioner: example.org/disk\nvolumeBindingMode: WaitForFirstConsumer`,
        stage.space('stores'),
        claim('stores/lazy', `storageClassName: ${cast.of('lazy')}, `),
      )
      await stage.given.cluster.kubectl([
        ...['wait', '-n', cast.space('stores'), `pvc/${cast.of('lazy')}`, '--for=jsonpath={.status.phase}=Pending'],
      ])
      await stage.nothingWrong('Namespace stores')
    })
  })

  describe('of a node’s memory', () => {
    scenario('that ran out on account of others is nobody’s trouble', async () => {
      await stage.apply(stage.deployment('spared', { pod: small }))
      await stage.available('spared')
      await stage.given.agent.node(cast.of('worker-2')).outOfMemory('updatedb')
      await stage.nothingWrong('spared')
    })

    scenario('that ran out, and took a process', async () => {
      await stage.apply(stage.deployment('victim', { pod: small }))
      await stage.available('victim')
      await stage.given.agent.node(cast.of('worker-2')).outOfMemory('node')
      const name = cast.of('victim')
      stage.given.agent.crash(({ metadata }) => metadata.labels?.app === name, 137)
      const cause = await stage.firstCause('victim', 'Node worker-2')
      expect(cause.evidence.map(({ where }) => where)).toContain('SystemOOM')
    })

    scenario('that ran out, and took a process which has no limit of its own', async () => {
      await stage.given.agent.node(cast.of('worker-2')).outOfMemory('java')
      await stage.apply(stage.deployment('unbounded', { pod: small, does: 'outgrow-its-memory-once' }))
      await stage.firstCause('unbounded', 'Node worker-2')
    })
  })
})
