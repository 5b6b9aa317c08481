import { trimMeta, type Meta } from './meta.ts'
import { at, intOrTextAt, isAt, listAt, mapAt, numberAt, textAt, textsAt, type Raw, type Texts } from './raw.ts'

export interface ServicePort {
  readonly name: string
  readonly port: number
  /** Number or name of the container's port. */
  readonly targetPort: string
  readonly protocol: string
}

export interface Service extends Meta {
  readonly kind: 'Service'
  readonly type: string
  /** null where it has none: its endpoints are somebody else's. */
  readonly selector: Texts | null
  readonly ports: readonly ServicePort[]
  readonly clusterIp: string
  readonly externalName: string
  readonly publishesNotReady: boolean
  readonly hasLoadBalancer: boolean
}

export interface Endpoint {
  readonly addresses: readonly string[]
  /** Absent reads as ready, as the API says. */
  readonly isReady: boolean
  /** '' unless it has a name of its own, as pods of a StatefulSet do. */
  readonly hostname: string
  readonly target: { readonly kind: string; readonly name: string } | null
}

export interface EndpointSlice extends Meta {
  readonly kind: 'EndpointSlice'
  readonly service: string
  readonly endpoints: readonly Endpoint[]
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[]
}

export interface IngressRoute {
  readonly host: string
  readonly path: string
  readonly service: string
  /** Number or name. */
  readonly port: string
  /** Where its backend is in the Ingress, as a JSON pointer. */
  readonly at: string
}

export interface Ingress extends Meta {
  readonly kind: 'Ingress'
  readonly className: string | null
  readonly routes: readonly IngressRoute[]
  readonly tls: readonly { readonly secret: string; readonly hosts: readonly string[] }[]
  readonly hasAddress: boolean
}

export interface IngressClass extends Meta {
  readonly kind: 'IngressClass'
  readonly controller: string
  readonly isDefault: boolean
}

export function trimService(raw: Raw): Service {
  const spec = at(raw, 'spec')
  const selector = mapAt(spec, 'selector')
  return {
    kind: 'Service',
    ...trimMeta(raw),
    type: textAt(spec, 'type') || 'ClusterIP',
    selector: Object.keys(selector).length === 0 ? null : selector,
    ports: listAt(spec, 'ports').map((port) => ({
      name: textAt(port, 'name'),
      port: numberAt(port, 0, 'port'),
      targetPort: intOrTextAt(port, 'targetPort') || intOrTextAt(port, 'port'),
      protocol: textAt(port, 'protocol') || 'TCP',
    })),
    clusterIp: textAt(spec, 'clusterIP'),
    externalName: textAt(spec, 'externalName'),
    publishesNotReady: isAt(spec, 'publishNotReadyAddresses'),
    hasLoadBalancer: listAt(raw, 'status', 'loadBalancer', 'ingress').length > 0,
  }
}

export function trimEndpointSlice(raw: Raw): EndpointSlice {
  return {
    kind: 'EndpointSlice',
    ...trimMeta(raw),
    service: textAt(raw, 'metadata', 'labels', 'kubernetes.io/service-name'),
    endpoints: listAt(raw, 'endpoints').map((endpoint) => {
      const name = textAt(endpoint, 'targetRef', 'name')
      return {
        addresses: textsAt(endpoint, 'addresses'),
        isReady: at(endpoint, 'conditions', 'ready') !== false,
        hostname: textAt(endpoint, 'hostname'),
        target: name === '' ? null : { kind: textAt(endpoint, 'targetRef', 'kind'), name },
      }
    }),
    ports: listAt(raw, 'ports').map((port) => ({
      name: textAt(port, 'name'),
      port: numberAt(port, 0, 'port'),
      protocol: textAt(port, 'protocol') || 'TCP',
    })),
  }
}

export function trimIngress(raw: Raw): Ingress {
  const spec = at(raw, 'spec')
  const fallback = at(spec, 'defaultBackend')
  return {
    kind: 'Ingress',
    ...trimMeta(raw),
    className: textAt(spec, 'ingressClassName') || textAt(raw, 'metadata', 'annotations', legacyClass) || null,
    routes: [
      ...(fallback === undefined ? [] : trimRoute(fallback, '', '', '/spec/defaultBackend')),
      ...listAt(spec, 'rules').flatMap((rule, ruleIndex) =>
        listAt(rule, 'http', 'paths').flatMap((path, index) =>
          trimRoute(
            at(path, 'backend'),
            textAt(rule, 'host'),
            textAt(path, 'path'),
            `/spec/rules/${ruleIndex}/http/paths/${index}/backend`,
          ),
        ),
      ),
    ],
    tls: listAt(spec, 'tls').map((tls) => ({ secret: textAt(tls, 'secretName'), hosts: textsAt(tls, 'hosts') })),
    hasAddress: listAt(raw, 'status', 'loadBalancer', 'ingress').length > 0,
  }
}

const legacyClass = 'kubernetes.io/ingress.class'

/** A backend that is no Service (a `resource`) is another controller's business. */
function trimRoute(backend: Raw, host: string, path: string, at: string): readonly IngressRoute[] {
  const service = textAt(backend, 'service', 'name')
  const port = intOrTextAt(backend, 'service', 'port', 'number') || textAt(backend, 'service', 'port', 'name')
  return service === '' ? [] : [{ host, path, service, port, at }]
}

export function trimIngressClass(raw: Raw): IngressClass {
  return {
    kind: 'IngressClass',
    ...trimMeta(raw),
    controller: textAt(raw, 'spec', 'controller'),
    isDefault: textAt(raw, 'metadata', 'annotations', 'ingressclass.kubernetes.io/is-default-class') === 'true',
  }
}
