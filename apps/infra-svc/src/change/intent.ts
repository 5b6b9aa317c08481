import type { Resource, Texts } from '@akashic/kubernetes'
import { selectorText } from '@akashic/kubernetes'
import type { ChangeKind } from './change.ts'

/** What somebody decided about an object, as flat fields. Never the value of a Secret. */
export interface Intent {
  readonly kind: ChangeKind
  readonly fields: Readonly<Record<string, string>>
}

/** The decisions in an object other than a workload's template; null for what nobody decides, such as pods. */
export function intentOf(object: Resource): Intent | null {
  switch (object.kind) {
    case 'Deployment':
    case 'StatefulSet':
      return { kind: 'scaled', fields: { 'spec.replicas': String(object.replicas) } }
    case 'DaemonSet':
    case 'CronJob':
      return { kind: 'rollout', fields: {} }
    case 'HorizontalPodAutoscaler': {
      const { minReplicas, maxReplicas, target } = object
      const bounds = { 'spec.minReplicas': String(minReplicas), 'spec.maxReplicas': String(maxReplicas) }
      return { kind: 'scaled', fields: { ...bounds, 'spec.scaleTargetRef': `${target.kind}/${target.name}` } }
    }
    case 'ConfigMap':
      return { kind: 'configuration', fields: under('data', object.keys) }
    case 'Secret':
      return { kind: 'secret', fields: under('data', object.keys) }
    case 'ServiceAccount':
      return { kind: 'configuration', fields: { imagePullSecrets: object.imagePullSecrets.join(', ') } }
    case 'Namespace':
      return { kind: 'policy', fields: under('metadata.labels', object.labels) }
    case 'Node':
      return {
        kind: 'node',
        fields: {
          'spec.unschedulable': String(object.isCordoned),
          'spec.taints': object.taints.map(({ key, value, effect }) => `${key}=${value}:${effect}`).join(', '),
          ...under('metadata.labels', object.labels),
        },
      }
    default:
      return specOf(object)
  }
}

function specOf(object: Resource): Intent | null {
  switch (object.kind) {
    case 'Service':
      return {
        kind: 'routing',
        fields: {
          'spec.selector': object.selector === null ? '' : textsOf(object.selector),
          'spec.ports': object.ports.map(({ name, port, targetPort }) => `${name}:${port}->${targetPort}`).join(', '),
        },
      }
    case 'Ingress':
      return {
        kind: 'routing',
        fields: {
          'spec.rules': object.routes
            .map(({ host, path, service, port }) => `${host}${path} -> ${service}:${port}`)
            .join(', '),
          'spec.tls': object.tls.map(({ secret }) => secret).join(', '),
          'spec.ingressClassName': object.className ?? '',
        },
      }
    case 'NetworkPolicy': {
      const { podSelector, restricts, ingress, egress } = object
      const rules = { 'spec.ingress': JSON.stringify(ingress), 'spec.egress': JSON.stringify(egress) }
      const types = Object.entries(restricts).flatMap(([type, isRestricted]) => (isRestricted ? [type] : []))
      return {
        kind: 'policy',
        fields: { 'spec.podSelector': selectorText(podSelector), 'spec.policyTypes': types.join(', '), ...rules },
      }
    }
    case 'ResourceQuota':
      return { kind: 'quota', fields: under('spec.hard', object.hard) }
    case 'LimitRange':
      return { kind: 'quota', fields: { 'spec.limits': JSON.stringify(object.limits) } }
    case 'PodDisruptionBudget':
      return { kind: 'policy', fields: { minAvailable: object.minAvailable, maxUnavailable: object.maxUnavailable } }
    case 'ValidatingWebhookConfiguration':
    case 'MutatingWebhookConfiguration':
      return { kind: 'admission', fields: { webhooks: JSON.stringify(object.webhooks) } }
    case 'StorageClass':
      return { kind: 'storage', fields: { provisioner: object.provisioner } }
    case 'PersistentVolumeClaim':
      return {
        kind: 'storage',
        fields: { 'spec.storageClassName': object.storageClass ?? '', ...under('requests', object.requests) },
      }
    default:
      return null
  }
}

const under = (path: string, texts: Texts): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([key, value]) => [`${path}.${key}`, value]))

const textsOf = (texts: Texts): string =>
  Object.entries(texts)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
