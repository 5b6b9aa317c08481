import type { ApiObject, ApiRequest } from '../real/kubernetes/api.ts'

/** Thrown where a pod refers to what is not there; the message is the kubelet's. */
export class MissingReference extends Error {}

type Values = Record<string, string>

/** The environment of a container, as its ConfigMaps and Secrets are now.
 *  @throws MissingReference for what is not optional and not there. */
export async function resolveEnvironment(ask: ApiRequest, pod: ApiObject, container: ApiObject): Promise<Values> {
  const { namespace } = pod.metadata
  const env: Values = {}
  for (const source of container.envFrom ?? []) {
    const [kind, reference] = source.configMapRef
      ? (['configmaps', source.configMapRef] as const)
      : (['secrets', source.secretRef] as const)
    const values = await valuesOf(ask, namespace, kind, reference.name, reference.optional === true)
    for (const [key, value] of Object.entries(values ?? {})) env[`${source.prefix ?? ''}${key}`] = value
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const [kind, reference] = valueFrom?.configMapKeyRef
      ? (['configmaps', valueFrom.configMapKeyRef] as const)
      : (['secrets', valueFrom?.secretKeyRef] as const)
    if (!reference) {
      env[name] = value ?? ''
      continue
    }
    const values = await valuesOf(ask, namespace, kind, reference.name, reference.optional === true)
    const found = values?.[reference.key]
    if (found !== undefined) env[name] = found
    else if (reference.optional !== true) {
      const of = kind === 'configmaps' ? 'ConfigMap' : 'Secret'
      throw new MissingReference(`couldn't find key ${reference.key} in ${of} ${namespace}/${reference.name}`)
    }
  }
  return env
}

/** @throws MissingReference with what the kubelet says of a volume that cannot be mounted. */
export async function mountVolumes(ask: ApiRequest, pod: ApiObject): Promise<void> {
  const { namespace } = pod.metadata
  for (const volume of pod.spec.volumes ?? []) {
    for (const source of [volume, ...(volume.projected?.sources ?? [])]) {
      await mount(ask, namespace, volume.name, source)
    }
  }
}

async function mount(ask: ApiRequest, namespace: string, volume: string, source: ApiObject): Promise<void> {
  const [kind, reference] = source.configMap
    ? (['configmaps', source.configMap] as const)
    : (['secrets', source.secret] as const)
  const failed = (why: string): MissingReference =>
    new MissingReference(`MountVolume.SetUp failed for volume "${volume}" : ${why}`)
  if (reference) {
    const name = reference.name ?? reference.secretName
    const values = await valuesOf(ask, namespace, kind, name, reference.optional === true).catch((error: Error) => {
      throw failed(error.message)
    })
    for (const { key } of reference.items ?? []) {
      if (values && !(key in values) && reference.optional !== true)
        throw failed(`references non-existent ${kind === 'configmaps' ? 'config' : 'secret'} key: ${key}`)
    }
  }
  const claim = source.persistentVolumeClaim?.claimName
  if (!claim) return
  const found = await ask('GET', `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${claim}`).catch(
    () => undefined,
  )
  if (found?.status?.phase !== 'Bound')
    throw failed(`persistentvolumeclaim "${claim}" not ${found ? 'bound' : 'found'}`)
}

async function valuesOf(
  ask: ApiRequest,
  namespace: string,
  kind: 'configmaps' | 'secrets',
  name: string,
  isOptional: boolean,
): Promise<Values | undefined> {
  try {
    const { data = {} } = await ask('GET', `/api/v1/namespaces/${namespace}/${kind}/${name}`)
    if (kind === 'configmaps') return data
    return Object.fromEntries(
      Object.entries(data as Values).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    )
  } catch {
    if (isOptional) return undefined
    throw new MissingReference(`${kind === 'configmaps' ? 'configmap' : 'secret'} "${name}" not found`)
  }
}
