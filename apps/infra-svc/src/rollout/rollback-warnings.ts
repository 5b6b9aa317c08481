import {
  referencesOf,
  type ClusterView,
  type Container,
  type Deployment,
  type Job,
  type ReplicaSet,
} from '@akashic/kubernetes'
import { managersOf } from './managers.ts'
import { replicaSetsOf } from './revisions.ts'

const migrating = /migrat|flyway|liquibase|alembic|goose|schema[-_:]?(update|upgrade|change)|db[-_:]?upgrade/i

/** What a rollback to this revision does not take back, or may break on: sentences, the gravest first. */
export function rollbackWarnings(view: ClusterView, deployment: Deployment, to: ReplicaSet): readonly string[] {
  const later = replicaSetsOf(view, deployment).filter(({ revision }) => revision > to.revision)
  const since = later[0]?.createdAt ?? null
  return [
    ...migrations(view, deployment, later, since),
    ...configuration(view, to, since),
    ...(deployment.isPaused ? ['It is paused: `kubectl rollout undo` refuses that until it is resumed.'] : []),
    ...managersOf(view, deployment)
      .filter(({ kind }) => kind === 'hpa')
      .map(({ says }) => `The replicas stay as they are: ${says}`),
  ]
}

/** Code of before may not get on with a database of after. */
function migrations(
  view: ClusterView,
  { namespace }: Deployment,
  later: readonly ReplicaSet[],
  since: number | null,
): readonly string[] {
  const steps = new Set(
    later
      .flatMap(({ template }) =>
        template.spec.containers.filter((container) => container.role === 'init' && migrates(container)),
      )
      .map(({ name }) => `init container ${name}`),
  )
  for (const job of view.inNamespace('Job', namespace)) {
    if (since !== null && ranSince(job, since) && isMigration(job)) steps.add(`Job ${job.name}`)
  }
  if (steps.size === 0) return []
  const names = [...steps].toSorted().join(', ')
  return [`A migration seems to have run since (${names}): see first that the older code works with the newer schema.`]
}

const migrates = ({ name, image, command, args }: Container): boolean =>
  [name, image, ...command, ...args].some((text) => migrating.test(text))

const isMigration = ({ name, template }: Job): boolean =>
  migrating.test(name) || template.spec.containers.some(migrates)

const ranSince = ({ startedAt, createdAt }: Job, since: number): boolean => (startedAt ?? createdAt ?? 0) >= since

/** ConfigMaps and Secrets have no revisions: pods of the older template read what is in them now. */
function configuration(view: ClusterView, to: ReplicaSet, since: number | null): readonly string[] {
  const [gone, changed, unseen] = [new Set<string>(), new Set<string>(), new Set<string>()]
  for (const { kind, name, isOptional } of referencesOf(to.template.spec)) {
    const object = view.get(kind, to.namespace, name)
    const text = `${kind} ${name}`
    if (object === undefined && view.freshness(kind).state !== 'fresh') unseen.add(text)
    else if (object === undefined && !isOptional) gone.add(text)
    else if (object && since !== null && (object.lastWrite?.at ?? object.createdAt ?? 0) >= since) changed.add(text)
  }
  const named = (objects: ReadonlySet<string>): string => [...objects].toSorted().join(', ')
  return [
    ...(gone.size > 0 ? [`Revision ${to.revision} needs what is no longer there: ${named(gone)}.`] : []),
    ...(changed.size > 0 ? [`Changed since, and not rolled back: ${named(changed)}.`] : []),
    ...(unseen.size > 0 ? [`It cannot be seen whether these changed since: ${named(unseen)}.`] : []),
  ]
}
