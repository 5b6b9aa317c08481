import type { Kind } from '@akashic/kubernetes'

/** A version of a kind in the API that is served no longer. */
export interface RemovedVersion {
  /** The minor version of Kubernetes 1 that no longer serves it. */
  readonly removedIn: number
  readonly replacedBy: string
}

const removed = (removedIn: number, replacedBy: string): RemovedVersion => ({ removedIn, replacedBy })

/** By kind and the version in which it was written. Source: Kubernetes' Deprecated API Migration Guide. */
export const removedVersions: { readonly [K in Kind]?: Readonly<Record<string, RemovedVersion>> } = {
  Deployment: {
    'extensions/v1beta1': removed(16, 'apps/v1'),
    'apps/v1beta1': removed(16, 'apps/v1'),
    'apps/v1beta2': removed(16, 'apps/v1'),
  },
  ReplicaSet: { 'extensions/v1beta1': removed(16, 'apps/v1'), 'apps/v1beta2': removed(16, 'apps/v1') },
  DaemonSet: { 'extensions/v1beta1': removed(16, 'apps/v1'), 'apps/v1beta2': removed(16, 'apps/v1') },
  StatefulSet: { 'apps/v1beta1': removed(16, 'apps/v1'), 'apps/v1beta2': removed(16, 'apps/v1') },
  NetworkPolicy: { 'extensions/v1beta1': removed(16, 'networking.k8s.io/v1') },
  Ingress: {
    'extensions/v1beta1': removed(22, 'networking.k8s.io/v1'),
    'networking.k8s.io/v1beta1': removed(22, 'networking.k8s.io/v1'),
  },
  IngressClass: { 'networking.k8s.io/v1beta1': removed(22, 'networking.k8s.io/v1') },
  APIService: { 'apiregistration.k8s.io/v1beta1': removed(22, 'apiregistration.k8s.io/v1') },
  PriorityClass: { 'scheduling.k8s.io/v1beta1': removed(22, 'scheduling.k8s.io/v1') },
  StorageClass: { 'storage.k8s.io/v1beta1': removed(22, 'storage.k8s.io/v1') },
  ValidatingWebhookConfiguration: {
    'admissionregistration.k8s.io/v1beta1': removed(22, 'admissionregistration.k8s.io/v1'),
  },
  MutatingWebhookConfiguration: {
    'admissionregistration.k8s.io/v1beta1': removed(22, 'admissionregistration.k8s.io/v1'),
  },
  CronJob: { 'batch/v1beta1': removed(25, 'batch/v1') },
  EndpointSlice: { 'discovery.k8s.io/v1beta1': removed(25, 'discovery.k8s.io/v1') },
  PodDisruptionBudget: { 'policy/v1beta1': removed(25, 'policy/v1') },
  HorizontalPodAutoscaler: {
    'autoscaling/v2beta1': removed(25, 'autoscaling/v2'),
    'autoscaling/v2beta2': removed(26, 'autoscaling/v2'),
  },
}
