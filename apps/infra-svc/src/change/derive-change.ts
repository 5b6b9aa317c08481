import { referenceText, referenceTo, type PodTemplate, type Resource } from '@akashic/kubernetes'
import { hideCredentials } from '../redaction/hide-credentials.ts'
import { diffPodSpecs } from '../rollout/diff-specs.ts'
import { changeId } from './change-id.ts'
import type { Change, ChangeKind, FieldChange } from './change.ts'
import { intentOf, type Intent } from './intent.ts'

/** What somebody changed between two states of one object; null where only its status moved, or it is of a kind that
 *  only controllers write. That a node has a label for which nobody asks is no decision.
 *  @param seenAt ms since 1970, where the object does not tell when it was written.
 *  @param askedLabels of nodes, by their keys. */
export function deriveChange(
  cluster: string,
  before: Resource | undefined,
  after: Resource | undefined,
  seenAt: number,
  askedLabels: () => ReadonlySet<string>,
): Change | null {
  const object = after ?? before
  const intent = object && intentOf(object)
  if (!object || !intent) return null
  if (before === undefined || after === undefined || before.uid !== after.uid) {
    return appearance(cluster, before, after, seenAt)
  }
  if (before.resourceVersion === after.resourceVersion && before.resourceVersion !== '') return null
  const ofTemplate = templateFields(before, after)
  const isAsked = ({ path }: FieldChange): boolean =>
    after.kind !== 'Node' || !path.startsWith(labelPath) || askedLabels().has(path.slice(labelPath.length))
  const fields = [...ofTemplate, ...decidedFields(before, intent).filter(isAsked)]
  if (fields.length === 0) return null
  const kind = ofTemplate.length > 0 ? 'rollout' : intent.kind
  // Writes through a subresource, such as scale, are not among those that an object tells of.
  const write = after.lastWrite?.at === before.lastWrite?.at ? null : after.lastWrite
  return {
    id: changeId(cluster, after, 'written'),
    ...{ cluster, at: write?.at ?? seenAt, kind, object: referenceTo(object), by: write?.manager ?? '' },
    ...{ summary: summaryOf(kind, referenceText(object), fields), fields },
  }
}

const labelPath = 'metadata.labels.'

function appearance(
  cluster: string,
  before: Resource | undefined,
  after: Resource | undefined,
  seenAt: number,
): Change | null {
  const object = after ?? before
  if (!object) return null
  const kind = after === undefined ? 'deleted' : 'created'
  const verb = after === undefined ? 'deleted' : before === undefined ? 'created' : 'deleted and created anew'
  return {
    id: changeId(cluster, object, kind),
    ...{ cluster, at: (after === undefined ? object.deletedAt : object.createdAt) ?? seenAt, kind },
    ...{ object: referenceTo(object), by: after?.lastWrite?.manager ?? '' },
    ...{ summary: `${referenceText(object)} was ${verb}.`, fields: [] },
  }
}

function templateFields(before: Resource, after: Resource): readonly FieldChange[] {
  const [old, now] = [templateOf(before), templateOf(after)]
  return old && now && old !== now ? diffPodSpecs(old, now) : []
}

function decidedFields(before: Resource, { kind, fields }: Intent): readonly FieldChange[] {
  const old = intentOf(before)?.fields ?? {}
  const paths = [...new Set([...Object.keys(old), ...Object.keys(fields)])].toSorted()
  const isDigest = kind === 'configuration' || kind === 'secret'
  const shown = (value: string | undefined): string | null =>
    value === undefined ? null : isDigest ? '(changed)' : hideCredentials(value)
  return paths
    .filter((path) => old[path] !== fields[path])
    .map((path) => ({ path, before: shown(old[path]), after: shown(fields[path]) }))
}

function templateOf(object: Resource): PodTemplate | null {
  return 'template' in object ? object.template : null
}

const verbs: Partial<Record<ChangeKind, string>> = {
  rollout: 'rolled out',
  scaled: 'was scaled',
  secret: 'was changed',
}

function summaryOf(kind: ChangeKind, name: string, fields: readonly FieldChange[]): string {
  const first = fields
    .slice(0, 3)
    .map(({ path, before, after }) =>
      before === null
        ? `${path} added`
        : after === null
          ? `${path} removed`
          : before === after
            ? path
            : `${path}: ${before} -> ${after}`,
    )
  const more = fields.length > 3 ? ` and ${fields.length - 3} more` : ''
  return `${name} ${verbs[kind] ?? 'was changed'}: ${first.join('; ')}${more}.`
}
