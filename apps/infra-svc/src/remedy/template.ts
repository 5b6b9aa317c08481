import type { ClusterView, Reference } from '@akashic/kubernetes'
import { edit, target } from '../analyse/remedies.ts'
import { containerIn, podSpecPath } from '../analyse/template-quote.ts'
import type { Remedy } from '../finding/finding.ts'
import { patchCommand, pointer, quoted } from './command.ts'
import { keeperOf, throughKeeper } from './keeper.ts'

const kept = 'put back what was there before; `kubectl get -o yaml` first keeps it'
const rolledOut = new Set(['Deployment', 'StatefulSet', 'DaemonSet'])

/** A change of a workload's template by one command, where nobody keeps it otherwise. A Job's cannot be changed, and what
 *  makes pods of an unknown kind of object is not known. */
function changeTemplate(
  view: ClusterView,
  owner: Reference,
  told: { readonly title: string; readonly command: string; readonly changes: string },
): readonly Remedy[] {
  if (owner.kind === 'Job') return [remake(owner)]
  if (!rolledOut.has(owner.kind) && owner.kind !== 'CronJob') return []
  const effect = rolledOut.has(owner.kind) ? 'it starts a rollout' : 'its next Jobs have it'
  const changes = `${told.changes}; ${effect}`
  const keeper = keeperOf(view, owner)
  if (keeper) return [throughKeeper(keeper, told.title, changes)]
  const undo = rolledOut.has(owner.kind) ? `kubectl rollout undo ${target(owner)}` : kept
  return [{ ...told, changes, undo, isDestructive: false }]
}

/** Change a workload's template by hand, where no one command does it. */
export function changeByHand(view: ClusterView, owner: Reference, title: string, changes: string): readonly Remedy[] {
  if (owner.kind === 'Job') return [remake(owner)]
  const all = rolledOut.has(owner.kind) ? `${changes}; it starts a rollout` : changes
  const keeper = keeperOf(view, owner)
  return [keeper ? throughKeeper(keeper, title, all) : edit(owner, title, all)]
}

const remake = (job: Reference): Remedy => ({
  title: 'Correct its manifest and make it anew: the template of a Job cannot be changed',
  command: `kubectl delete ${target(job)}`,
  changes: 'the Job and its pods go, with their logs, until the corrected manifest is applied',
  undo: 'apply the manifest from before',
  isDestructive: true,
})

/** @param value as it is to be; null where only its owner knows it. Never one that is secret. */
export const setVariable = (
  view: ClusterView,
  owner: Reference,
  container: string,
  name: string,
  value: string | null = null,
): readonly Remedy[] =>
  changeTemplate(view, owner, {
    title:
      value === null
        ? `Set ${name} of container ${container} to what the process needs; one that is secret from a Secret`
        : `Set ${name} of container ${container} to ${value}`,
    command: `kubectl set env ${target(owner)} -c ${container} ${value === null ? `${quoted(`${name}=`)}<value>` : quoted(`${name}=${value}`)}`,
    changes: `variable ${name} of container ${container}`,
  })

/** @param image null where it is not known which one exists. */
export const setImage = (
  view: ClusterView,
  owner: Reference,
  container: string,
  image: string | null = null,
  title = image === null ? 'Name an image that exists' : `Name the image ${image}, which was there before`,
): readonly Remedy[] =>
  changeTemplate(view, owner, {
    title,
    command: `kubectl set image ${target(owner)} ${container}=${image === null ? '<image>' : quoted(image)}`,
    changes: `the image of container ${container}`,
  })

/** @param resources flags of kubectl set resources, such as `--requests=cpu=100m`; each one word. */
export const setResources = (
  view: ClusterView,
  owner: Reference,
  container: string,
  resources: readonly string[],
  title: string,
): readonly Remedy[] =>
  changeTemplate(view, owner, {
    title,
    command: `kubectl set resources ${target(owner)} -c ${container} ${resources.map(quoted).join(' ')}`,
    changes: `what container ${container} asks for, or may use`,
  })

interface TemplateChange {
  readonly title: string
  readonly changes: string
}

/** Merge a part of a spec of pods into a workload's template, its containers by their names. */
export const patchTemplate = (
  view: ClusterView,
  owner: Reference,
  podSpec: object,
  told: TemplateChange,
): readonly Remedy[] =>
  changeTemplate(view, owner, { ...told, command: patchCommand(owner, within(owner, podSpec), 'strategic') })

/** Merge fields into one container of a workload's template, in the list in which it is: sidecars of Kubernetes' own kind
 *  are among those that initialise. */
export function patchContainer(
  view: ClusterView,
  owner: Reference,
  name: string,
  fields: object,
  told: TemplateChange,
): readonly Remedy[] {
  const role = containerIn(view, owner, name)?.role ?? 'app'
  return patchTemplate(view, owner, { [role === 'app' ? 'containers' : 'initContainers']: [{ name, ...fields }] }, told)
}

interface TemplateOperation {
  readonly op: 'add' | 'replace' | 'remove' | 'test'
  /** Within the spec of the pods. */
  readonly at: readonly (string | number)[]
  readonly value?: unknown
}

/** Change single fields of a workload's template, by their place. */
export const alterTemplate = (
  view: ClusterView,
  owner: Reference,
  operations: readonly TemplateOperation[],
  told: TemplateChange,
): readonly Remedy[] => {
  const root = podSpecPath(owner).split('.')
  const body = operations.map(({ at, ...rest }) => ({ ...rest, path: pointer(...root, ...at) }))
  return changeTemplate(view, owner, { ...told, command: patchCommand(owner, body, 'json') })
}

function within(owner: Reference, podSpec: object): object {
  return podSpecPath(owner)
    .split('.')
    .reduceRight<object>((inner, name) => ({ [name]: inner }), podSpec)
}

/** Start the processes of a workload again, so that they read what was changed. */
export const restart = (owner: Reference): readonly Remedy[] =>
  rolledOut.has(owner.kind)
    ? [
        {
          title: `Then start the pods of ${owner.kind} ${owner.name} again`,
          command: `kubectl rollout restart ${target(owner)}`,
          changes: 'its pods are made again, a few at a time',
          undo: `kubectl rollout undo ${target(owner)}`,
          isDestructive: false,
        },
      ]
    : []
