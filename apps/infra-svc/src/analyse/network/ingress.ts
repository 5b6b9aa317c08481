import { referenceTo, type ClusterView, type Ingress, type Reference, type Service } from '@akashic/kubernetes'
import type { Blame, Evidence, Finding, Severity } from '../../finding/finding.ts'
import type { Analyser } from '../analyser.ts'
import { hasReadyEndpoint, isMissing } from '../known.ts'
import { absence, fieldQuote } from '../quote.ts'
import { mendBackend, mendClass } from '../../remedy/ingress.ts'
import { renewal } from '../../remedy/certificate.ts'
import { describe } from '../remedies.ts'

const soonMs = 14 * 86_400_000

/** Routes from outside that lead nowhere, and certificates that do not hold. */
export const ingress: Analyser = {
  rules: [
    'ingress-backend-missing',
    'ingress-backend-unready',
    'ingress-class-missing',
    'ingress-tls',
    'ingress-duplicate-host',
  ],
  needs: ['Ingress', 'Service', 'EndpointSlice', 'IngressClass'],
  *find({ view, now }) {
    const taken = new Map<string, Ingress>()
    for (const each of view.all('Ingress')) {
      yield* backends(view, each)
      yield* classOf(view, each)
      yield* certificates(view, each, now)
      yield* duplicates(each, taken)
    }
  },
}

interface Told {
  readonly rule: string
  readonly part: string
  readonly severity: Severity
  readonly reason: string
  readonly summary: string
  readonly evidence: readonly Evidence[]
  readonly blames?: readonly Blame[]
  readonly involves?: readonly Reference[]
  readonly since?: number
}

function made(given: Ingress, told: Told): Finding {
  const object = referenceTo(given)
  const blames = told.blames ?? []
  return {
    ...{ object, uid: given.uid, involves: [], since: null },
    ...told,
    blames,
    remedies: [describe(object)],
  }
}

function* backends(view: ClusterView, given: Ingress): Iterable<Finding> {
  const seen = new Set<string>()
  for (const each of given.routes) {
    const { host, path, service, port } = each
    const key = `${service}:${port}`
    if (seen.has(key)) continue
    seen.add(key)
    const route = `${host}${path || '/'}`
    const backend = { kind: 'Service', namespace: given.namespace, name: service }
    const found = view.get('Service', given.namespace, service)
    if (!found && !isMissing(view, backend)) continue
    const hasPort = found?.ports.some((offered) => String(offered.port) === port || offered.name === port)
    const common = { part: key, severity: 'critical' as const }
    const at = backendPath(host, path)
    const evidence = [
      fieldQuote(given, `${at}.name`, service),
      ...(port === '' ? [] : [fieldQuote(given, `${at}.port.${/^\d+$/.test(port) ? 'number' : 'name'}`, port)]),
    ]
    if (!found || (!hasPort && port !== '')) {
      const what = found ? `Service ${service} has no port ${port}` : `Service ${service} does not exist`
      yield made(given, {
        ...common,
        rule: 'ingress-backend-missing',
        reason: found ? 'BackendPortMissing' : 'BackendMissing',
        summary: `${route} leads nowhere: ${what}.`,
        evidence: found ? evidence : [...evidence, absence(backend, 'it does not exist')],
        blames: [
          {
            object: referenceTo(given),
            because: `it sends ${route} to ${key}, and ${what}`,
            strength: 'direct',
            evidence,
            remedies: mendBackend(view, given, each),
          },
        ],
        involves: [backend],
      })
    } else if (isUnserved(view, found)) {
      yield made(given, {
        ...common,
        rule: 'ingress-backend-unready',
        reason: 'BackendUnready',
        summary: `${route} leads to Service ${service}, which has no ready endpoint.`,
        evidence,
        involves: [referenceTo(found)],
      })
    }
  }
}

const backendPath = (host: string, path: string): string =>
  host === '' && path === '' ? 'spec.defaultBackend.service' : `spec.rules[${host}].http.paths[${path}].backend.service`

const isUnserved = (view: ClusterView, service: Service): boolean =>
  service.selector !== null && hasReadyEndpoint(view, service) === false

function* classOf(view: ClusterView, given: Ingress): Iterable<Finding> {
  const { className } = given
  if (view.freshness('IngressClass').state !== 'fresh') return
  if (className === null || view.get('IngressClass', '', className)) return
  // Controllers also serve classes by an old annotation, for which there is no object.
  if ('kubernetes.io/ingress.class' in given.annotations) return
  yield made(given, {
    rule: 'ingress-class-missing',
    part: className,
    severity: 'critical',
    reason: 'IngressClassMissing',
    summary: `No controller serves it: there is no IngressClass ${className}.`,
    evidence: [
      fieldQuote(given, 'spec.ingressClassName', className),
      absence({ kind: 'IngressClass', namespace: '', name: className }, 'it does not exist'),
    ],
    blames: [
      {
        object: referenceTo(given),
        because: `it names the class ${className}, which does not exist`,
        strength: 'direct',
        evidence: [fieldQuote(given, 'spec.ingressClassName', className)],
        remedies: mendClass(view, given),
      },
    ],
  })
}

function* certificates(view: ClusterView, given: Ingress, now: number): Iterable<Finding> {
  if (view.freshness('Secret', given.namespace).state !== 'fresh') return
  for (const { secret: name, hosts } of given.tls) {
    if (name === '') continue
    const object = { kind: 'Secret', namespace: given.namespace, name }
    const secret = view.get('Secret', given.namespace, name)
    const certificate = secret?.certificate
    const tell = (reason: string, what: string, severity: Severity, evidence: Evidence, since?: number): Finding =>
      made(given, {
        ...{ rule: 'ingress-tls', part: name, reason, severity, evidence: [evidence] },
        summary: `Its certificate in Secret ${name} ${what}.`,
        blames: [
          {
            object,
            because: `the certificate in it ${what}`,
            strength: 'direct',
            evidence: [evidence],
            remedies: renewal(object, secret),
          },
        ],
        ...(since !== undefined && { since }),
      })
    if (!secret) yield tell('SecretMissing', 'does not exist', 'critical', absence(object, 'it does not exist'))
    else if (!certificate)
      yield tell(
        'CertificateUnreadable',
        'cannot be read',
        'critical',
        fieldQuote(object, 'data[tls.crt]', 'no certificate in PEM'),
      )
    else if (certificate.notAfter <= now) {
      const until = new Date(certificate.notAfter).toISOString()
      yield tell(
        'CertificateExpired',
        `has been expired since ${until}`,
        'critical',
        fieldQuote(object, 'data[tls.crt] notAfter', until, certificate.notAfter),
        certificate.notAfter,
      )
    } else if (certificate.notAfter - now < soonMs) {
      const until = new Date(certificate.notAfter).toISOString()
      yield tell(
        'CertificateExpiring',
        `expires on ${until}`,
        'warning',
        fieldQuote(object, 'data[tls.crt] notAfter', until),
      )
    } else if (
      certificate.names.length > 0 &&
      hosts.some((host) => !certificate.names.some((each) => covers(each, host)))
    ) {
      yield tell(
        'CertificateForOthers',
        `is for ${certificate.names.join(', ')}, and not for ${hosts.join(', ')}`,
        'critical',
        fieldQuote(object, 'data[tls.crt] subjectAltName', certificate.names.join(', ')),
      )
    }
  }
}

/** A wildcard stands for one label. */
const covers = (name: string, host: string): boolean =>
  name === host || (name.startsWith('*.') && host.slice(host.indexOf('.') + 1) === name.slice(2) && host.includes('.'))

function* duplicates(given: Ingress, taken: Map<string, Ingress>): Iterable<Finding> {
  for (const { host, path } of given.routes) {
    const key = `${given.className ?? ''} ${host} ${path}`
    const other = taken.get(key)
    taken.set(key, other ?? given)
    if (!other || other === given || host === '') continue
    yield made(given, {
      rule: 'ingress-duplicate-host',
      part: `${host}${path}`,
      severity: 'warning',
      reason: 'DuplicateRoute',
      summary: `${host}${path} is also routed by Ingress ${other.namespace}/${other.name}, and one of them is not served.`,
      evidence: [fieldQuote(given, 'spec.rules', `${host}${path}`), fieldQuote(other, 'spec.rules', `${host}${path}`)],
      involves: [],
    })
  }
}
