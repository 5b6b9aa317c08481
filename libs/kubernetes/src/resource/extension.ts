import { trimOptionalSelector, type LabelSelector } from '../selector/selector.ts'
import { trimConditions, trimMeta, type Condition, type Meta } from './meta.ts'
import { at, listAt, numberAt, textAt, textsAt, type Raw } from './raw.ts'

export interface ServiceReference {
  readonly namespace: string
  readonly name: string
  readonly port: number
}

export interface Webhook {
  readonly name: string
  /** null where it is called by URL. */
  readonly service: ServiceReference | null
  readonly failurePolicy: string
  readonly timeoutSeconds: number
  readonly namespaceSelector: LabelSelector | null
  readonly objectSelector: LabelSelector | null
  readonly rules: readonly {
    readonly groups: readonly string[]
    readonly resources: readonly string[]
    readonly operations: readonly string[]
  }[]
}

export interface WebhookConfiguration extends Meta {
  readonly kind: 'ValidatingWebhookConfiguration' | 'MutatingWebhookConfiguration'
  readonly webhooks: readonly Webhook[]
}

export interface ApiService extends Meta {
  readonly kind: 'APIService'
  /** null where the API server itself serves it. */
  readonly service: ServiceReference | null
  readonly conditions: readonly Condition[]
}

export function trimWebhookConfiguration(kind: WebhookConfiguration['kind'], raw: Raw): WebhookConfiguration {
  return {
    kind,
    ...trimMeta(raw),
    webhooks: listAt(raw, 'webhooks').map((webhook) => ({
      name: textAt(webhook, 'name'),
      service: trimServiceReference(at(webhook, 'clientConfig', 'service')),
      failurePolicy: textAt(webhook, 'failurePolicy') || 'Fail',
      timeoutSeconds: numberAt(webhook, 10, 'timeoutSeconds'),
      namespaceSelector: trimOptionalSelector(webhook, 'namespaceSelector'),
      objectSelector: trimOptionalSelector(webhook, 'objectSelector'),
      rules: listAt(webhook, 'rules').map((rule) => ({
        groups: textsAt(rule, 'apiGroups'),
        resources: textsAt(rule, 'resources'),
        operations: textsAt(rule, 'operations'),
      })),
    })),
  }
}

export function trimApiService(raw: Raw): ApiService {
  return {
    kind: 'APIService',
    ...trimMeta(raw),
    service: trimServiceReference(at(raw, 'spec', 'service')),
    conditions: trimConditions(raw),
  }
}

function trimServiceReference(raw: Raw): ServiceReference | null {
  const name = textAt(raw, 'name')
  return name === '' ? null : { namespace: textAt(raw, 'namespace'), name, port: numberAt(raw, 443, 'port') }
}
