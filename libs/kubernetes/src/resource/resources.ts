import {
  trimConfigMap,
  trimLimitRange,
  trimNamespace,
  trimPriorityClass,
  trimResourceQuota,
  trimSecret,
  trimServiceAccount,
  type ConfigMap,
  type Digest,
  type LimitRange,
  type Namespace,
  type PriorityClass,
  type ResourceQuota,
  type Secret,
  type ServiceAccount,
} from './configuration.ts'
import { trimEvent, type KubeEvent } from './event.ts'
import { trimApiService, trimWebhookConfiguration, type ApiService, type WebhookConfiguration } from './extension.ts'
import { trimNetworkPolicy, type NetworkPolicy } from './network-policy.ts'
import { trimNode, type Node } from './node.ts'
import { trimPod, type Pod } from './pod.ts'
import type { Raw } from './raw.ts'
import {
  trimHorizontalPodAutoscaler,
  trimPodDisruptionBudget,
  type HorizontalPodAutoscaler,
  type PodDisruptionBudget,
} from './scaling.ts'
import {
  trimEndpointSlice,
  trimIngress,
  trimIngressClass,
  trimService,
  type EndpointSlice,
  type Ingress,
  type IngressClass,
  type Service,
} from './service.ts'
import {
  trimPersistentVolume,
  trimPersistentVolumeClaim,
  trimStorageClass,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type StorageClass,
} from './storage.ts'
import {
  trimCronJob,
  trimDaemonSet,
  trimDeployment,
  trimJob,
  trimReplicaSet,
  trimStatefulSet,
  type CronJob,
  type DaemonSet,
  type Deployment,
  type Job,
  type ReplicaSet,
  type StatefulSet,
} from './workload.ts'

/** The resources that are kept, by kind. */
export interface Resources {
  Namespace: Namespace
  Node: Node
  Pod: Pod
  Deployment: Deployment
  ReplicaSet: ReplicaSet
  StatefulSet: StatefulSet
  DaemonSet: DaemonSet
  Job: Job
  CronJob: CronJob
  Service: Service
  EndpointSlice: EndpointSlice
  Ingress: Ingress
  IngressClass: IngressClass
  NetworkPolicy: NetworkPolicy
  ConfigMap: ConfigMap
  Secret: Secret
  ServiceAccount: ServiceAccount
  PersistentVolumeClaim: PersistentVolumeClaim
  PersistentVolume: PersistentVolume
  StorageClass: StorageClass
  ResourceQuota: ResourceQuota
  LimitRange: LimitRange
  PriorityClass: PriorityClass
  HorizontalPodAutoscaler: HorizontalPodAutoscaler
  PodDisruptionBudget: PodDisruptionBudget
  ValidatingWebhookConfiguration: WebhookConfiguration
  MutatingWebhookConfiguration: WebhookConfiguration
  APIService: ApiService
  Event: KubeEvent
}

export type Kind = keyof Resources
export type Resource = Resources[Kind]

export interface ResourceType<K extends Kind = Kind> {
  readonly kind: K
  /** '' for the core group. */
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly isNamespaced: boolean
  trim(raw: Raw, digest: Digest): Resources[K]
}

function type<K extends Kind>(
  kind: K,
  groupVersion: string,
  plural: string,
  scope: 'namespaced' | 'cluster',
  trim: ResourceType<K>['trim'],
): ResourceType<K> {
  const [version = '', group = ''] = groupVersion.split('/').toReversed()
  return { kind, group, version, plural, isNamespaced: scope === 'namespaced', trim }
}

/** How each kind is called in the API, and what is kept of it. */
export const resourceTypes: { readonly [K in Kind]: ResourceType<K> } = {
  Namespace: type('Namespace', 'v1', 'namespaces', 'cluster', trimNamespace),
  Node: type('Node', 'v1', 'nodes', 'cluster', trimNode),
  Pod: type('Pod', 'v1', 'pods', 'namespaced', trimPod),
  Deployment: type('Deployment', 'apps/v1', 'deployments', 'namespaced', trimDeployment),
  ReplicaSet: type('ReplicaSet', 'apps/v1', 'replicasets', 'namespaced', trimReplicaSet),
  StatefulSet: type('StatefulSet', 'apps/v1', 'statefulsets', 'namespaced', trimStatefulSet),
  DaemonSet: type('DaemonSet', 'apps/v1', 'daemonsets', 'namespaced', trimDaemonSet),
  Job: type('Job', 'batch/v1', 'jobs', 'namespaced', trimJob),
  CronJob: type('CronJob', 'batch/v1', 'cronjobs', 'namespaced', trimCronJob),
  Service: type('Service', 'v1', 'services', 'namespaced', trimService),
  EndpointSlice: type('EndpointSlice', 'discovery.k8s.io/v1', 'endpointslices', 'namespaced', trimEndpointSlice),
  Ingress: type('Ingress', 'networking.k8s.io/v1', 'ingresses', 'namespaced', trimIngress),
  IngressClass: type('IngressClass', 'networking.k8s.io/v1', 'ingressclasses', 'cluster', trimIngressClass),
  NetworkPolicy: type('NetworkPolicy', 'networking.k8s.io/v1', 'networkpolicies', 'namespaced', trimNetworkPolicy),
  ConfigMap: type('ConfigMap', 'v1', 'configmaps', 'namespaced', trimConfigMap),
  Secret: type('Secret', 'v1', 'secrets', 'namespaced', trimSecret),
  ServiceAccount: type('ServiceAccount', 'v1', 'serviceaccounts', 'namespaced', trimServiceAccount),
  PersistentVolumeClaim: type(
    'PersistentVolumeClaim',
    'v1',
    'persistentvolumeclaims',
    'namespaced',
    trimPersistentVolumeClaim,
  ),
  PersistentVolume: type('PersistentVolume', 'v1', 'persistentvolumes', 'cluster', trimPersistentVolume),
  StorageClass: type('StorageClass', 'storage.k8s.io/v1', 'storageclasses', 'cluster', trimStorageClass),
  ResourceQuota: type('ResourceQuota', 'v1', 'resourcequotas', 'namespaced', trimResourceQuota),
  LimitRange: type('LimitRange', 'v1', 'limitranges', 'namespaced', trimLimitRange),
  PriorityClass: type('PriorityClass', 'scheduling.k8s.io/v1', 'priorityclasses', 'cluster', trimPriorityClass),
  HorizontalPodAutoscaler: type(
    'HorizontalPodAutoscaler',
    'autoscaling/v2',
    'horizontalpodautoscalers',
    'namespaced',
    trimHorizontalPodAutoscaler,
  ),
  PodDisruptionBudget: type(
    'PodDisruptionBudget',
    'policy/v1',
    'poddisruptionbudgets',
    'namespaced',
    trimPodDisruptionBudget,
  ),
  ValidatingWebhookConfiguration: type(
    'ValidatingWebhookConfiguration',
    'admissionregistration.k8s.io/v1',
    'validatingwebhookconfigurations',
    'cluster',
    (raw) => trimWebhookConfiguration('ValidatingWebhookConfiguration', raw),
  ),
  MutatingWebhookConfiguration: type(
    'MutatingWebhookConfiguration',
    'admissionregistration.k8s.io/v1',
    'mutatingwebhookconfigurations',
    'cluster',
    (raw) => trimWebhookConfiguration('MutatingWebhookConfiguration', raw),
  ),
  APIService: type('APIService', 'apiregistration.k8s.io/v1', 'apiservices', 'cluster', trimApiService),
  Event: type('Event', 'v1', 'events', 'namespaced', trimEvent),
}

export const kinds = Object.keys(resourceTypes) as readonly Kind[]

/** Names an object within a cluster. */
export interface Reference {
  readonly kind: string
  /** '' for what belongs to no namespace. */
  readonly namespace: string
  readonly name: string
}

export const referenceTo = ({ kind, namespace, name }: Reference): Reference => ({ kind, namespace, name })

/** Such as `Pod shop/web-0`, or `Node worker-1`. */
export const referenceText = ({ kind, namespace, name }: Reference): string =>
  namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`

export const isSame = (a: Reference, b: Reference): boolean =>
  a.kind === b.kind && a.namespace === b.namespace && a.name === b.name
