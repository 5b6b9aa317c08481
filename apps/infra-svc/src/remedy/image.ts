import type { ClusterView, Reference, ReplicaSet } from '@akashic/kubernetes'
import type { Remedy } from '../finding/finding.ts'
import { patchContainer, patchTemplate, setImage } from './template.ts'

/** Name another image: the last that was there before, where it is known. */
export function otherImage(view: ClusterView, owner: Reference, container: string, image: string): readonly Remedy[] {
  return setImage(view, owner, container, imageBefore(view, owner, container, image))
}

function imageBefore(view: ClusterView, owner: Reference, container: string, image: string): string | null {
  const deployment = view.find(owner)
  if (deployment?.kind !== 'Deployment') return null
  const images = view
    .ownedBy(deployment.uid)
    .filter((owned): owned is ReplicaSet => owned.kind === 'ReplicaSet' && owned.revision < deployment.revision)
    .toSorted((a, b) => b.revision - a.revision)
    .flatMap(({ template }) => template.spec.containers.find(({ name }) => name === container)?.image ?? [])
  return images.find((each) => each !== image) ?? null
}

/** Take an image from elsewhere while its registry is away. */
export const fromMirror = (view: ClusterView, owner: Reference, container: string): readonly Remedy[] =>
  setImage(view, owner, container, null, 'If it stays away, name the same image at a mirror that answers')

/** Let the kubelet fetch an image that its node does not have. */
export const pullIt = (view: ClusterView, owner: Reference, container: string): readonly Remedy[] =>
  patchContainer(
    view,
    owner,
    container,
    { imagePullPolicy: 'IfNotPresent' },
    {
      title: 'Let the kubelet fetch what the node does not have',
      changes: `the pull policy of container ${container}`,
    },
  )

const namedPullSecret = 'registry-credentials'

/** Make a pull secret, and name it beside those that a template names. */
export const namePullSecret = (view: ClusterView, owner: Reference): readonly Remedy[] => [
  makePullSecret({ kind: 'Secret', namespace: owner.namespace, name: namedPullSecret }, 'the registry'),
  ...patchTemplate(
    view,
    owner,
    { imagePullSecrets: [{ name: namedPullSecret }] },
    { title: 'Name it as a pull secret', changes: 'with which credentials the images of its pods are fetched' },
  ),
]

/** Make a Secret that opens a registry. */
export const makePullSecret = ({ namespace, name }: Reference, registry: string): Remedy => ({
  title: `Make Secret ${name} of config.json, which a login at ${registry} writes`,
  command: `kubectl create secret generic -n ${namespace} ${name} --type=kubernetes.io/dockerconfigjson --from-file=.dockerconfigjson=config.json`,
  changes: 'adds the Secret; the kubelet tries again to pull by itself',
  undo: `kubectl delete -n ${namespace} secret/${name}`,
  isDestructive: false,
})
