import { kinds, type ClusterModel, type Kind } from '@akashic/kubernetes'
import { aLook } from '../testing/a-look.ts'
import { aCondition, aContainer, aNode, anEvent, aPod, manifests } from '../testing/objects.ts'
import { analyse } from './analyse.ts'

type Fields = Readonly<Record<string, unknown>>

const template = {
  metadata: { labels: { app: 'web' } },
  spec: {
    containers: [
      aContainer({
        ports: [{ name: 'http', containerPort: 8080 }],
        envFrom: [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'login' } }],
        resources: { requests: { cpu: '1' } },
      }),
    ],
    serviceAccountName: 'robot',
    nodeSelector: { disk: 'ssd' },
    priorityClassName: 'high',
    volumes: [{ name: 'files', persistentVolumeClaim: { claimName: 'files' } }],
  },
}
const selector = { matchLabels: { app: 'web' } }
const service = { namespace: 'default', name: 'web' }
const whole = { replicas: 1, availableReplicas: 1, readyReplicas: 1, updatedReplicas: 1 }

/** A cluster that is well, in which objects refer to each other in every way that is known here. */
const well: readonly Fields[] = [
  { kind: 'Namespace', metadata: { name: 'default' } },
  aNode('worker-1', { metadata: { labels: { disk: 'ssd' } } }),
  { kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 1, selector, template }, status: whole },
  {
    kind: 'ReplicaSet',
    metadata: {
      name: 'web-5d',
      ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'Deployment-web', controller: true }],
    },
    ...{ spec: { replicas: 1, selector, template }, status: whole },
  },
  aPod({ spec: template.spec, status: { podIP: '10.0.0.1' } }),
  {
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: {
      ...{
        replicas: 1,
        serviceName: 'db',
        selector: { matchLabels: { app: 'db' } },
        template: { metadata: { labels: { app: 'db' } }, spec: { containers: [] } },
      },
      volumeClaimTemplates: [{ metadata: { name: 'disk' }, spec: { storageClassName: 'fast' } }],
    },
    status: { ...whole, currentReplicas: 1 },
  },
  aPod({
    metadata: {
      name: 'db-0',
      labels: { app: 'db' },
      ownerReferences: [{ kind: 'StatefulSet', name: 'db', uid: 'StatefulSet-db', controller: true }],
    },
  }),
  { kind: 'ConfigMap', metadata: { name: 'settings' }, data: { A: '1' } },
  { kind: 'Secret', metadata: { name: 'login' }, type: 'Opaque', data: { PASSWORD: 'eA==' } },
  { kind: 'ServiceAccount', metadata: { name: 'robot' } },
  ...['web', 'db', 'hook', 'metrics'].flatMap((name): readonly Fields[] => [
    {
      kind: 'Service',
      metadata: { name },
      spec: {
        selector: { app: name === 'db' ? 'db' : 'web' },
        ports: [{ name: 'http', port: 80, targetPort: name === 'db' ? 80 : 'http' }],
      },
    },
    {
      kind: 'EndpointSlice',
      metadata: { name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
      endpoints: [
        {
          addresses: ['10.0.0.1'],
          conditions: { ready: true },
          targetRef: { kind: 'Pod', name: name === 'db' ? 'db-0' : 'web-1' },
        },
      ],
    },
  ]),
  {
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system' },
    spec: { selector: { 'k8s-app': 'kube-dns' }, ports: [{ port: 53 }] },
  },
  {
    kind: 'EndpointSlice',
    metadata: { name: 'dns-1', namespace: 'kube-system', labels: { 'kubernetes.io/service-name': 'kube-dns' } },
    endpoints: [{ addresses: ['10.0.0.9'], conditions: { ready: true } }],
  },
  aPod({ metadata: { name: 'dns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, ownerReferences: [] } }),
  { kind: 'IngressClass', metadata: { name: 'nginx' }, spec: { controller: 'k8s.io/ingress-nginx' } },
  {
    kind: 'Ingress',
    metadata: { name: 'web' },
    spec: {
      ingressClassName: 'nginx',
      rules: [
        {
          host: 'shop.example',
          http: { paths: [{ path: '/', backend: { service: { name: 'web', port: { number: 80 } } } }] },
        },
      ],
    },
  },
  {
    kind: 'NetworkPolicy',
    metadata: { name: 'web' },
    spec: { podSelector: selector, ingress: [{ from: [{ podSelector: {} }] }] },
  },
  { kind: 'StorageClass', metadata: { name: 'fast' }, provisioner: 'example', volumeBindingMode: 'Immediate' },
  {
    kind: 'PersistentVolume',
    metadata: { name: 'pv-1' },
    spec: { storageClassName: 'fast', claimRef: { namespace: 'default', name: 'files' } },
    status: { phase: 'Bound' },
  },
  {
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'files' },
    spec: { storageClassName: 'fast', volumeName: 'pv-1' },
    status: { phase: 'Bound' },
  },
  {
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec: {
      scaleTargetRef: { kind: 'Deployment', name: 'web' },
      maxReplicas: 3,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 50 } } }],
    },
    status: {
      currentReplicas: 1,
      conditions: [aCondition('ScalingActive', 'True'), aCondition('AbleToScale', 'True')],
    },
  },
  {
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web' },
    spec: { minAvailable: 0, selector },
    status: { observedGeneration: 1, disruptionsAllowed: 1, expectedPods: 1, desiredHealthy: 0, currentHealthy: 1 },
  },
  ...['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'].map((kind) => ({
    kind,
    metadata: { name: 'guard' },
    webhooks: [
      { name: 'guard.example', failurePolicy: 'Fail', clientConfig: { service: { ...service, name: 'hook' } } },
    ],
  })),
  {
    kind: 'APIService',
    metadata: { name: 'v1beta1.metrics.k8s.io' },
    spec: { service: { ...service, name: 'metrics' } },
    status: { conditions: [aCondition('Available', 'True')] },
  },
  {
    kind: 'StorageClass',
    metadata: { name: 'lazy' },
    ...{ provisioner: 'example', volumeBindingMode: 'WaitForFirstConsumer' },
  },
  {
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'later' },
    spec: { storageClassName: 'lazy' },
    status: { phase: 'Pending' },
  },
  { kind: 'ResourceQuota', metadata: { name: 'team' }, status: { hard: { pods: '10' }, used: { pods: '1' } } },
]

/** A Service that nobody answers for, and a claim of a class that there is not. */
const unwell: readonly Fields[] = [
  { kind: 'Service', metadata: { name: 'cart' }, spec: { selector: { app: 'cart' }, ports: [{ port: 80 }] } },
  {
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'lost' },
    spec: { storageClassName: 'slow' },
    status: { phase: 'Pending' },
  },
  anEvent('ProvisioningFailed', 'storageclass.storage.k8s.io "slow" not found', {
    ...{ kind: 'PersistentVolumeClaim', name: 'lost' },
  }),
  aPod({
    metadata: { name: 'cart', ownerReferences: [] },
    spec: { nodeName: '', volumes: [{ name: 'lost', persistentVolumeClaim: { claimName: 'lost' } }] },
    status: { phase: 'Pending', conditions: [], containerStatuses: [] },
  }),
]

/** What is found where a kind may not be read. */
function foundWithout(kind: Kind | null, objects: readonly Fields[]): readonly string[] {
  const look = aLook(manifests(...objects.filter((each) => each['kind'] !== kind)))
  const missingPermission = `list ${kind}`
  if (kind) (look.view as ClusterModel).setFreshness(kind, { state: 'unknown', reason: 'forbidden', missingPermission })
  return analyse(look).map(({ rule, object, summary }) => `${rule} ${object.kind}/${object.name}: ${summary}`)
}

describe('what may not be read is not told as missing', () => {
  test('and all that is read here is well', () => {
    expect(foundWithout(null, well)).toEqual([])
  })

  test.each(kinds)('where %s may not be read', (kind) => {
    expect(foundWithout(kind, well)).toEqual([])
  })

  test.each<[string, Kind, string, string]>([
    ['labels that no pod has', 'Pod', 'No pod has the labels app=cart', 'its pods were not read'],
    [
      'a storage class',
      'StorageClass',
      'storage class slow, which does not exist',
      'It has no volume: storageclass.storage.k8s.io "slow" not found',
    ],
  ])('but %s is where it may: %s', (_, kind, known, unknown) => {
    expect(foundWithout(null, unwell).join('\n')).toContain(known)
    expect(foundWithout(kind, unwell).join('\n')).not.toContain(known)
    expect(foundWithout(kind, unwell).join('\n')).toContain(unknown)
  })
})
