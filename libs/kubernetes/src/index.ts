export { ClusterClient, type AskOptions } from './access/cluster-client.ts'
export type { ClusterAddress } from './access/kube-access.ts'
export { ClusterError, type ClusterErrorKind } from './access/cluster-error.ts'
export { ClusterModel, type ChangeListener } from './model/cluster-model.ts'
export type { ClusterView, Freshness } from './model/cluster-view.ts'
export { quantity } from './quantity/quantity.ts'
export type * from './resource/configuration.ts'
export { hostsIn, type NamedHost } from './resource/hosts.ts'
export type { KubeEvent } from './resource/event.ts'
export type { ApiService, Webhook, WebhookConfiguration } from './resource/extension.ts'
export { conditionOf, trimMeta, type Condition, type Meta, type Owner, type Write } from './resource/meta.ts'
export type { NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule } from './resource/network-policy.ts'
export type { Node, Taint } from './resource/node.ts'
export { containerOf, hasEnded, isReady, type ContainerState, type ContainerStatus, type Pod } from './resource/pod.ts'
export {
  referencesOf,
  type ConfigReference,
  type Container,
  type EnvironmentVariable,
  type PodSpec,
  type Probe,
  type Toleration,
  type Volume,
} from './resource/pod-spec.ts'
export {
  isSame,
  kinds,
  referenceText,
  referenceTo,
  resourceTypes,
  type Kind,
  type Reference,
  type Resource,
  type Resources,
  type ResourceType,
} from './resource/resources.ts'
export type { HorizontalPodAutoscaler, HpaMetric, PodDisruptionBudget } from './resource/scaling.ts'
export type {
  Endpoint,
  EndpointSlice,
  Ingress,
  IngressClass,
  IngressRoute,
  Service,
  ServicePort,
} from './resource/service.ts'
export type { PersistentVolume, PersistentVolumeClaim, StorageClass } from './resource/storage.ts'
export type { CronJob, DaemonSet, Deployment, Job, PodTemplate, ReplicaSet, StatefulSet } from './resource/workload.ts'
export {
  isEmptySelector,
  selectorOfLabels,
  selectorText,
  selects,
  type LabelSelector,
  type Requirement,
} from './selector/selector.ts'
export { followCluster, type ClusterFollower } from './watch/follow-cluster.ts'
export type { Texts } from './resource/raw.ts'
export { evaluatePolicies, isWithin } from './reachability/evaluate-policies.ts'
export { reachesInternet } from './reachability/internet.ts'
export {
  canReach,
  reachesDns,
  type Endpoint as ReachEndpoint,
  type Reachability,
  type ReachQuestion,
  type ReachStep,
} from './reachability/reachability.ts'
export { readItems } from './watch/read-items.ts'
