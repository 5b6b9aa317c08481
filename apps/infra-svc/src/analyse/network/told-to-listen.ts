import type { ClusterView, ConfigReference, Container, Pod } from '@akashic/kubernetes'

/** Whether what a container is given tells its process to listen at a number: `there`, where it names the number or leaves
 *  the port to be told from elsewhere; `perhaps`, where it takes what may tell so from elsewhere; else `not`. What is told
 *  from elsewhere is not read: it may be any number. */
export type Told = 'there' | 'perhaps' | 'not'

export function toldToListen(view: ClusterView, pod: Pod, container: Container, port: string): Told {
  const { command, args, env } = container
  const texts = [...command, ...args, ...env.map(({ value }) => value ?? '')]
  const fromElsewhere = variablesFrom(view, pod, container)
  if (texts.some(names(port)) || fromElsewhere.some((name) => ofOwnPort.test(name))) return 'there'
  const isGiven =
    container.envFrom.length > 0 || fromElsewhere.some((name) => ofListening.test(name) || ofSettings.test(name))
  return isGiven ||
    texts.some((text) => ofFile.test(text)) ||
    isExpanded(container) ||
    mountsSettings(view, pod, container)
    ? 'perhaps'
    : 'not'
}

/** As a port of one's own: `--port=9090`, `-p9090`, `:9090`, `http://+:9090`, `"port": 9090`, or no more than that. That of
 *  another host is none. */
function names(port: string): (text: string) => boolean {
  const host = String.raw`(?:[a-z]{1,10}://)?(?:0|0\.0\.0\.0|127\.0\.0\.1|localhost|\[?::\]?|[*+])?:`
  const own = String.raw`(?:^|[\s=,;"'])(?:${host}|-[a-z])?`
  const called = String.raw`\b(?:port|listen|bind)\w{0,20}["']?\s{0,4}[:=]\s{0,4}["']?`
  const form = new RegExp(String.raw`(?:${own}|${called})${port}(?:[\s;,/"'}\]]|$)`, 'i')
  return (text) => form.test(text)
}

/** What a variable is called that tells a process where to listen itself. */
const ofOwnPort = /^(?:(?:https?|grpc|server|app|web|service|listen)_?)*ports?$|listen|bind|^aspnetcore_urls$/i
/** What one is called that may do so, if it is not of another process. */
const ofListening = /port|addr|urls?$/i
/** What one is called that may hold settings of any kind. */
const ofSettings = /conf|settings|opt(?:ion)?s|arg(?:ument)?s|flags|params|json|ya?ml/i

/** A file of settings: `/etc/app.yaml`, `--config=server`. */
const ofFile = /\.(?:ya?ml|json|toml|ini|conf|cfg|properties|xml|env)\b|(?:^|\s)--?conf(?:ig)?\b/i

/** Names of the variables that a container takes from ConfigMaps and Secrets, as far as they can be read. */
const variablesFrom = (view: ClusterView, pod: Pod, { env, envFrom }: Container): readonly string[] => [
  ...env.flatMap(({ name, from }) => (from === null ? [] : name)),
  ...envFrom.flatMap((reference) => keysOf(view, pod, reference) ?? []),
]

/** Where to listen is put together of variables: `--port=$(WEB)`. */
function isExpanded({ command, args, env }: Container): boolean {
  const given = /(?:port|listen|bind|addr)[\w-]{0,40}["']?[=:\s]\s{0,4}["']?[^\s$]{0,80}\$[({\w]/i
  return given.test([...command, ...args].join(' ')) || env.some(({ name, value }) => given.test(`${name}=${value}`))
}

/** Volumes of service accounts, which are not kept. */
const tokens = 'kube-api-access-'
/** Keys of an object that hold certificates and the like. */
const ofCertificates = /\.(?:crt|cert|cer|pem|key|csr|crl|jks|p12|pfx)$|^\.dockerconfigjson$|^known_hosts$|^id_\w+$/i

/** Whether a file that a process is given may be one of settings: of a ConfigMap or a Secret that holds more than
 *  certificates, of a claim, or one that another container of the pod writes. */
function mountsSettings(view: ClusterView, pod: Pod, { name, mounts }: Container): boolean {
  const others = pod.spec.containers.filter((each) => each.name !== name)
  return mounts.some(({ volume: mounted }) => {
    const volume = pod.spec.volumes.find((each) => each.name === mounted)
    if (!volume) return !mounted.startsWith(tokens)
    if (volume.references.length > 0) return !volume.references.every((each) => holdsCertificates(view, pod, each))
    return volume.claim !== null || others.some((other) => other.mounts.some((each) => each.volume === mounted))
  })
}

const holdsCertificates = (view: ClusterView, pod: Pod, reference: ConfigReference): boolean =>
  keysOf(view, pod, reference)?.every((key) => ofCertificates.test(key)) ?? false

/** The keys that are taken of an object; undefined where it cannot be read. */
function keysOf(view: ClusterView, { namespace }: Pod, { kind, name, key }: ConfigReference) {
  if (key !== null) return [key]
  const object = view.get(kind, namespace, name)
  return object && Object.keys(object.keys)
}
