import type { ClusterView, ConfigReference, Container, Pod, Reference, Volume } from '@akashic/kubernetes'
import type { Blame } from '../../finding/finding.ts'
import type { LogFact } from '../../log/log-facts.ts'
import { ofMissing, ofMissingKey as ofLackedKey, ofWrongKey } from '../../remedy/configuration.ts'
import { ofDenied } from '../../remedy/process.ts'
import { isMissing } from '../known.ts'

/** Who is up to a file that a process cannot read, write or make sense of: the ConfigMap or Secret that it is mounted from,
 *  or the template, which says as whom the process runs. A file of the image alone blames nobody: it may be missed for
 *  many reasons. */
export function ofFile(
  view: ClusterView,
  pod: Pod,
  container: Container,
  owner: Reference,
  { kind, name: path, line }: LogFact,
): readonly Blame[] {
  if (kind === 'file_is_directory') return ofMissingKey(view, pod, container, path)
  if (path === null) return []
  if (kind === 'file_denied') {
    const because = `its container ${container.name} uses ${path}, and may not as the user that it runs as`
    return [{ object: owner, because, strength: 'direct', ...ofDenied(view, owner, container.name, path) }]
  }
  if (kind !== 'file_missing' && kind !== 'file_unusable') return []
  const mount = mountOf(pod, container, path)
  if (!mount) return []
  const found = kind === 'file_missing' ? missingFrom(view, pod, mount) : sourcesOf(view, pod, mount)
  const what = kind === 'file_missing' ? `reads ${path} from it` : `cannot use its ${path}: ${line.slice(0, 200)}`
  return found.map(({ object, says, own }) => ({
    ...{ object, ...own },
    because: `${says}container ${container.name} ${what}`,
    strength: found.length === 1 ? 'direct' : 'inferred',
  }))
}

/** Of a key that is not there the kubelet makes a directory, where it is to be mounted as a file. */
function ofMissingKey(view: ClusterView, pod: Pod, { name, mounts }: Container, path: string | null): readonly Blame[] {
  const found = mounts
    .filter((mount) => mount.subPath !== '' && (path === null || mount.path === path))
    .flatMap((mount) => {
      const volume = pod.spec.volumes.find((each) => each.name === mount.volume)
      const missing = volume ? missingFrom(view, pod, { volume, key: mount.subPath }) : []
      return missing.map(({ object, says, own }) => ({
        ...{ object, ...own },
        because: `${says}container ${name} reads ${mount.path} from it`,
      }))
    })
  return found.map((each) => ({ ...each, strength: found.length === 1 ? 'direct' : 'inferred' }))
}

interface Mounted {
  readonly volume: Volume
  /** The key that the file should have come from; '' where that is not known. */
  readonly key: string
}

/** What is mounted nearest above a file. */
export function mountOf(pod: Pod, { mounts }: Container, path: string): Mounted | null {
  const [mount] = mounts
    .filter((each) => path === each.path || path.startsWith(`${each.path.replace(/\/$/, '')}/`))
    .toSorted((a, b) => b.path.length - a.path.length)
  const volume = mount && pod.spec.volumes.find(({ name }) => name === mount.volume)
  if (!volume) return null
  const below = path.slice(mount.path.replace(/\/$/, '').length + 1)
  const [key = ''] = (below === '' || mount.subPath === '' ? mount.subPath || below : '').split('/')
  return { volume, key }
}

interface Source {
  readonly object: Reference
  readonly says: string
  /** What it shows of it, and what mends it. */
  readonly own: Pick<Blame, 'evidence' | 'remedies'>
}

const toObject = ({ namespace }: Pod, { kind, name }: ConfigReference): Reference => ({ kind, namespace, name })

/** What is named and is not there, or has no such key. Keys that the template picks may be called otherwise as files. */
function missingFrom(view: ClusterView, pod: Pod, { volume, key }: Mounted): readonly Source[] {
  return volume.references.flatMap((reference) => {
    const object = toObject(pod, reference)
    if (isMissing(view, object)) return [{ object, says: 'it does not exist, and ', own: ofMissing(object) }]
    const found = view.get(reference.kind, pod.namespace, reference.name)
    const isWhole = reference.key === null && key !== ''
    if (!found || !isWhole || Object.hasOwn(found.keys, key)) return []
    return [{ object, says: `it has no key ${key}, and `, own: ofLackedKey(object, key) }]
  })
}

/** Who has the file; of several that may, all. */
function sourcesOf(view: ClusterView, pod: Pod, { volume, key }: Mounted): readonly Source[] {
  const all = [...new Map(volume.references.map((each) => [`${each.kind} ${each.name}`, each])).values()]
  const having = all.filter((reference) => {
    const found = view.get(reference.kind, pod.namespace, reference.name)
    return found !== undefined && Object.hasOwn(found.keys, key)
  })
  return (having.length > 0 ? having : all).map((reference) => {
    const object = toObject(pod, reference)
    return { object, says: '', own: ofWrongKey(view, object, key) }
  })
}
