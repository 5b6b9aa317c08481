import { X509Certificate } from 'node:crypto'
import { hostsIn, type NamedHost } from './hosts.ts'
import { trimMeta, type Meta } from './meta.ts'
import { entriesAt, listAt, mapAt, numberAt, textAt, type Raw, type Texts } from './raw.ts'

/** A digest of a value that tells whether it changed, and nothing else. */
export type Digest = (value: string) => string

export interface ConfigMap extends Meta {
  readonly kind: 'ConfigMap'
  /** Digests by key. */
  readonly keys: Texts
  /** Hosts that its values name, by key. */
  readonly hosts: Readonly<Record<string, readonly NamedHost[]>>
}

export interface CertificateDates {
  readonly subject: string
  readonly names: readonly string[]
  readonly notBefore: number
  readonly notAfter: number
}

/** Everything of a Secret but its values. */
export interface Secret extends Meta {
  readonly kind: 'Secret'
  readonly type: string
  /** Digests by key. */
  readonly keys: Texts
  /** Of kubernetes.io/tls; null where there is no certificate that can be read. */
  readonly certificate: CertificateDates | null
  /** Hosts of the registries it opens. */
  readonly registries: readonly string[]
}

export interface ServiceAccount extends Meta {
  readonly kind: 'ServiceAccount'
  readonly imagePullSecrets: readonly string[]
}

export interface Namespace extends Meta {
  readonly kind: 'Namespace'
  readonly phase: string
}

export interface ResourceQuota extends Meta {
  readonly kind: 'ResourceQuota'
  readonly hard: Texts
  readonly used: Texts
}

export interface LimitRange extends Meta {
  readonly kind: 'LimitRange'
  readonly limits: readonly {
    readonly type: string
    readonly min: Texts
    readonly max: Texts
    /** Limits of containers that name none. */
    readonly defaults: Texts
  }[]
}

export interface PriorityClass extends Meta {
  readonly kind: 'PriorityClass'
  readonly value: number
}

export function trimConfigMap(raw: Raw, digest: Digest): ConfigMap {
  return {
    kind: 'ConfigMap',
    ...trimMeta(raw),
    keys: { ...digests(raw, 'data', digest), ...digests(raw, 'binaryData', digest) },
    hosts: Object.fromEntries(
      entriesAt(raw, 'data').flatMap(([key, value]) => {
        const hosts = typeof value === 'string' ? hostsIn(value) : []
        return hosts.length === 0 ? [] : [[key, hosts]]
      }),
    ),
  }
}

export function trimSecret(raw: Raw, digest: Digest): Secret {
  const type = textAt(raw, 'type')
  return {
    kind: 'Secret',
    ...trimMeta(raw),
    type,
    keys: digests(raw, 'data', digest),
    certificate: type === 'kubernetes.io/tls' ? datesOf(decoded(raw, 'tls.crt')) : null,
    registries: type === 'kubernetes.io/dockerconfigjson' ? registriesOf(decoded(raw, '.dockerconfigjson')) : [],
  }
}

function digests(raw: Raw, field: string, digest: Digest): Texts {
  return Object.fromEntries(
    entriesAt(raw, field).map(([key, value]) => [key, digest(typeof value === 'string' ? value : '')]),
  )
}

const decoded = (raw: Raw, key: string): string => Buffer.from(textAt(raw, 'data', key), 'base64').toString('utf8')

function datesOf(pem: string): CertificateDates | null {
  try {
    const { subject, subjectAltName = '', validFrom, validTo } = new X509Certificate(pem)
    const names = subjectAltName.split(', ').filter((name) => name.startsWith('DNS:'))
    return {
      subject,
      names: names.map((name) => name.slice(4)),
      notBefore: Date.parse(validFrom),
      notAfter: Date.parse(validTo),
    }
  } catch {
    return null
  }
}

function registriesOf(json: string): readonly string[] {
  try {
    return entriesAt(JSON.parse(json), 'auths').map(([host]) => host)
  } catch {
    return []
  }
}

export function trimServiceAccount(raw: Raw): ServiceAccount {
  const imagePullSecrets = listAt(raw, 'imagePullSecrets').map((secret) => textAt(secret, 'name'))
  return { kind: 'ServiceAccount', ...trimMeta(raw), imagePullSecrets }
}

export function trimNamespace(raw: Raw): Namespace {
  return { kind: 'Namespace', ...trimMeta(raw), phase: textAt(raw, 'status', 'phase') }
}

export function trimResourceQuota(raw: Raw): ResourceQuota {
  return {
    kind: 'ResourceQuota',
    ...trimMeta(raw),
    hard: mapAt(raw, 'status', 'hard'),
    used: mapAt(raw, 'status', 'used'),
  }
}

export function trimLimitRange(raw: Raw): LimitRange {
  return {
    kind: 'LimitRange',
    ...trimMeta(raw),
    limits: listAt(raw, 'spec', 'limits').map((limit) => ({
      type: textAt(limit, 'type'),
      min: mapAt(limit, 'min'),
      max: mapAt(limit, 'max'),
      defaults: mapAt(limit, 'default'),
    })),
  }
}

export function trimPriorityClass(raw: Raw): PriorityClass {
  return { kind: 'PriorityClass', ...trimMeta(raw), value: numberAt(raw, 0, 'value') }
}
