import { at, intOrTextAt, isAt, listAt, mapAt, numberAt, textAt, textsAt, type Raw, type Texts } from './raw.ts'

/** A ConfigMap or a Secret that a pod takes something from. */
export interface ConfigReference {
  readonly kind: 'ConfigMap' | 'Secret'
  readonly name: string
  /** The key that is needed; null for all there are. */
  readonly key: string | null
  readonly isOptional: boolean
}

export interface EnvironmentVariable {
  readonly name: string
  /** As the manifest says it; null where it comes from elsewhere. May hold a secret: never show it unredacted. */
  readonly value: string | null
  readonly from: ConfigReference | null
}

export interface Probe {
  readonly kind: 'http' | 'tcp' | 'exec' | 'grpc'
  readonly path: string
  /** Number or name. */
  readonly port: string
  /** `HTTPS`, where it is said; '' means HTTP. */
  readonly scheme: string
  /** '' for the pod itself. */
  readonly host: string
  /** Headers are not kept: they may hold credentials. */
  readonly hasHeaders: boolean
  readonly initialDelaySeconds: number
  readonly periodSeconds: number
  readonly timeoutSeconds: number
  readonly failureThreshold: number
}

export interface ContainerPort {
  readonly name: string
  readonly port: number
  /** The port of the node that leads to it; null for none. */
  readonly hostPort: number | null
  readonly protocol: string
}

export interface Container {
  readonly name: string
  readonly role: 'init' | 'sidecar' | 'app' | 'ephemeral'
  readonly image: string
  readonly imagePullPolicy: string
  readonly command: readonly string[]
  readonly args: readonly string[]
  readonly ports: readonly ContainerPort[]
  readonly env: readonly EnvironmentVariable[]
  readonly envFrom: readonly ConfigReference[]
  readonly requests: Texts
  readonly limits: Texts
  readonly liveness: Probe | null
  readonly readiness: Probe | null
  readonly startup: Probe | null
  /** `subPath` is '' where the volume is mounted whole. */
  readonly mounts: readonly { readonly volume: string; readonly path: string; readonly subPath: string }[]
}

export interface Volume {
  readonly name: string
  /** What is mounted of ConfigMaps and Secrets; several for a projected volume. */
  readonly references: readonly ConfigReference[]
  readonly claim: string | null
}

export interface Toleration {
  readonly key: string
  readonly operator: string
  readonly value: string
  readonly effect: string
}

/** What a pod is asked to be; the same for pods and for templates of workloads. */
export interface PodSpec {
  readonly containers: readonly Container[]
  readonly volumes: readonly Volume[]
  readonly serviceAccount: string
  readonly imagePullSecrets: readonly string[]
  readonly nodeSelector: Texts
  /** As it was sent: rules only compare and quote it. */
  readonly affinity: Raw
  readonly topologySpread: readonly Raw[]
  readonly tolerations: readonly Toleration[]
  readonly priorityClass: string
  readonly runtimeClass: string
  readonly schedulingGates: readonly string[]
  readonly restartPolicy: string
  readonly terminationGracePeriodSeconds: number
  readonly isHostNetwork: boolean
  readonly dnsPolicy: string
}

/** The fields of a pod's spec that rules need. */
export function trimPodSpec(spec: Raw): PodSpec {
  return {
    containers: [
      ...listAt(spec, 'initContainers').map((container) =>
        trimContainer(container, textAt(container, 'restartPolicy') === 'Always' ? 'sidecar' : 'init'),
      ),
      ...listAt(spec, 'containers').map((container) => trimContainer(container, 'app')),
      ...listAt(spec, 'ephemeralContainers').map((container) => trimContainer(container, 'ephemeral')),
    ],
    volumes: listAt(spec, 'volumes').map(trimVolume).filter(isOfInterest),
    serviceAccount: textAt(spec, 'serviceAccountName') || 'default',
    imagePullSecrets: listAt(spec, 'imagePullSecrets').map((secret) => textAt(secret, 'name')),
    nodeSelector: mapAt(spec, 'nodeSelector'),
    affinity: at(spec, 'affinity') ?? null,
    topologySpread: listAt(spec, 'topologySpreadConstraints'),
    tolerations: listAt(spec, 'tolerations').map((toleration) => ({
      key: textAt(toleration, 'key'),
      operator: textAt(toleration, 'operator') || 'Equal',
      value: textAt(toleration, 'value'),
      effect: textAt(toleration, 'effect'),
    })),
    priorityClass: textAt(spec, 'priorityClassName'),
    runtimeClass: textAt(spec, 'runtimeClassName'),
    schedulingGates: listAt(spec, 'schedulingGates').map((gate) => textAt(gate, 'name')),
    restartPolicy: textAt(spec, 'restartPolicy') || 'Always',
    terminationGracePeriodSeconds: numberAt(spec, 30, 'terminationGracePeriodSeconds'),
    isHostNetwork: isAt(spec, 'hostNetwork'),
    dnsPolicy: textAt(spec, 'dnsPolicy') || 'ClusterFirst',
  }
}

function trimContainer(raw: Raw, role: Container['role']): Container {
  return {
    name: textAt(raw, 'name'),
    role,
    image: textAt(raw, 'image'),
    imagePullPolicy: textAt(raw, 'imagePullPolicy'),
    command: textsAt(raw, 'command'),
    args: textsAt(raw, 'args'),
    ports: listAt(raw, 'ports').map((port) => ({
      name: textAt(port, 'name'),
      port: numberAt(port, 0, 'containerPort'),
      hostPort: numberAt(port, null, 'hostPort'),
      protocol: textAt(port, 'protocol') || 'TCP',
    })),
    env: listAt(raw, 'env').map(trimVariable),
    envFrom: listAt(raw, 'envFrom').flatMap((source) => [
      ...referenceIn(source, 'ConfigMap', 'configMapRef', null),
      ...referenceIn(source, 'Secret', 'secretRef', null),
    ]),
    requests: quantitiesAt(raw, 'requests'),
    limits: quantitiesAt(raw, 'limits'),
    liveness: trimProbe(at(raw, 'livenessProbe')),
    readiness: trimProbe(at(raw, 'readinessProbe')),
    startup: trimProbe(at(raw, 'startupProbe')),
    mounts: listAt(raw, 'volumeMounts').map((mount) => ({
      volume: textAt(mount, 'name'),
      path: textAt(mount, 'mountPath'),
      subPath: textAt(mount, 'subPath'),
    })),
  }
}

function trimVariable(raw: Raw): EnvironmentVariable {
  const name = textAt(raw, 'name')
  const source = at(raw, 'valueFrom')
  if (source === undefined) return { name, value: textAt(raw, 'value'), from: null }
  const [from = null] = [
    ...referenceIn(source, 'ConfigMap', 'configMapKeyRef', textAt(source, 'configMapKeyRef', 'key')),
    ...referenceIn(source, 'Secret', 'secretKeyRef', textAt(source, 'secretKeyRef', 'key')),
  ]
  return { name, value: null, from }
}

function referenceIn(
  raw: Raw,
  kind: ConfigReference['kind'],
  field: string,
  key: string | null,
): readonly ConfigReference[] {
  const name = textAt(raw, field, 'name') || textAt(raw, field, 'secretName')
  return name === '' ? [] : [{ kind, name, key, isOptional: isAt(raw, field, 'optional') }]
}

function quantitiesAt(raw: Raw, field: 'requests' | 'limits'): Texts {
  const quantities = at(raw, 'resources', field)
  if (typeof quantities !== 'object' || quantities === null) return {}
  return Object.fromEntries(Object.keys(quantities).map((name) => [name, intOrTextAt(quantities, name)]))
}

function trimProbe(raw: Raw): Probe | null {
  const kind = (['http', 'tcp', 'exec', 'grpc'] as const).find((kind) => at(raw, probeField[kind]) !== undefined)
  if (kind === undefined) return null
  const how = at(raw, probeField[kind])
  return {
    kind,
    path: textAt(how, 'path'),
    port: intOrTextAt(how, 'port'),
    scheme: textAt(how, 'scheme'),
    host: textAt(how, 'host'),
    hasHeaders: listAt(how, 'httpHeaders').length > 0,
    initialDelaySeconds: numberAt(raw, 0, 'initialDelaySeconds'),
    periodSeconds: numberAt(raw, 10, 'periodSeconds'),
    timeoutSeconds: numberAt(raw, 1, 'timeoutSeconds'),
    failureThreshold: numberAt(raw, 3, 'failureThreshold'),
  }
}

const probeField = { http: 'httpGet', tcp: 'tcpSocket', exec: 'exec', grpc: 'grpc' } as const

function trimVolume(raw: Raw): Volume {
  const sources = [raw, ...listAt(raw, 'projected', 'sources')]
  return {
    name: textAt(raw, 'name'),
    references: sources.flatMap((source) => [
      ...mountedIn(source, 'ConfigMap', 'configMap'),
      ...mountedIn(source, 'Secret', 'secret'),
    ]),
    claim: textAt(raw, 'persistentVolumeClaim', 'claimName') || null,
  }
}

/** A mounted object is needed with each key that is named, or whole. */
function mountedIn(raw: Raw, kind: ConfigReference['kind'], field: string): readonly ConfigReference[] {
  const keys = listAt(raw, field, 'items').map((item) => textAt(item, 'key'))
  return (keys.length === 0 ? [null] : keys).flatMap((key) => referenceIn(raw, kind, field, key))
}

/** The volume of a service account's token has a name of its own in each pod, and every cluster provides its ConfigMap. */
const isOfInterest = ({ name }: Volume): boolean => !name.startsWith('kube-api-access-')

/** Every ConfigMap and Secret that the containers and volumes take something from. */
export function referencesOf({ containers, volumes }: PodSpec): readonly ConfigReference[] {
  return [
    ...containers.flatMap(({ env, envFrom }) => [...env.flatMap(({ from }) => from ?? []), ...envFrom]),
    ...volumes.flatMap(({ references }) => references),
  ]
}
