import type { ApiRequest } from '../real/kubernetes/api.ts'

/** What a registry has, and whom it lets have it. */
export interface Registry {
  /** Every image that can be had; any unless given. */
  readonly images?: readonly string[]
  /** Prefixes of images that need a pull secret for their registry. */
  readonly needSecret?: readonly string[]
  /** Prefixes of images that do not exist, of which the registry says what it says of private ones. */
  readonly hidden?: readonly string[]
  /** Prefixes of images whose registry cannot be reached. */
  readonly unreachable?: readonly string[]
  /** Prefixes of images whose registry answers that it is asked too often. */
  readonly limited?: readonly string[]
}

/** What the runtime says of a pull that failed; the wordings are containerd's. */
export interface PullFailure {
  readonly reason: 'ErrImagePull' | 'InvalidImageName' | 'ErrImageNeverPull'
  readonly message: string
}

const validName = /^[a-z0-9][a-z0-9._/:-]*(@sha256:[a-f0-9]{64})?$/

export interface Pull {
  readonly image: string
  readonly policy: string
  readonly namespace: string
  /** Names of pull secrets, of the pod and of its service account. */
  readonly secrets: readonly string[]
}

/** Tries to have an image, reading the pull secrets from the API. @returns why not, or undefined. */
export async function pull(
  ask: ApiRequest,
  registry: Registry,
  { image, policy, namespace, secrets }: Pull,
): Promise<PullFailure | undefined> {
  if (!validName.test(image) || image.includes('::')) {
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`
    return { reason: 'InvalidImageName', message }
  }
  if (policy === 'Never') {
    return {
      reason: 'ErrImageNeverPull',
      message: `Container image "${image}" is not present with pull policy of Never`,
    }
  }
  const full = fullName(image)
  const failed = (why: string): PullFailure => ({
    reason: 'ErrImagePull',
    message: `failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${why}`,
  })
  const starts = (prefixes: readonly string[] = []): boolean => prefixes.some((prefix) => image.startsWith(prefix))
  const host = full.split('/')[0]!
  if (starts(registry.unreachable)) {
    return failed(`failed to do request: Head "https://${host}/v2/": dial tcp: lookup ${host}: no such host`)
  }
  if (starts(registry.limited))
    return failed('unexpected status from HEAD request: 429 Too Many Requests: toomanyrequests')
  if (starts(registry.hidden)) {
    return failed(
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    )
  }
  if (starts(registry.needSecret) && !(await isOpened(ask, namespace, secrets, host))) {
    return failed(
      'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
    )
  }
  if (registry.images && !registry.images.includes(image)) return failed(`${full}: not found`)
  return undefined
}

/** As the runtime completes it. */
function fullName(image: string): string {
  const [first = ''] = image.split('/')
  const withHost =
    image.includes('/') && /[.:]|^localhost$/.test(first)
      ? image
      : `docker.io/${image.includes('/') ? '' : 'library/'}${image}`
  return /:[^/]*$/.test(withHost) || withHost.includes('@') ? withHost : `${withHost}:latest`
}

async function isOpened(
  ask: ApiRequest,
  namespace: string,
  secrets: readonly string[],
  host: string,
): Promise<boolean> {
  for (const name of secrets) {
    const secret = await ask('GET', `/api/v1/namespaces/${namespace}/secrets/${name}`).catch(() => undefined)
    const text = secret?.data?.['.dockerconfigjson']
    if (text && host in (JSON.parse(Buffer.from(text, 'base64').toString()).auths ?? {})) return true
  }
  return false
}
