import { referenceText, referenceTo, type PodTemplate, type Resource } from '@akashic/kubernetes'
import { diffPodSpecs } from '../rollout/diff-specs.ts'
import { changeId } from './change-id.ts'
import type { Change, ChangeKind, FieldChange } from './change.ts'
import { intentOf, type Intent } from './intent.ts'

type Draft = Omit<Change, 'id'>

const changeOf = (draft: Draft): Change => ({ id: changeId(draft), ...draft })

/** What somebody changed between two states of one object; null where only its status moved, or it is of a kind that
 *  only controllers write.
 *  @param seenAt ms since 1970, where the object does not tell when it was written. */
export function deriveChange(
  cluster: string,
  before: Resource | undefined,
  after: Resource | undefined,
  seenAt: number,
): Change | null {
  const object = after ?? before
  const intent = object && intentOf(object)
  if (!object || !intent) return null
  const common = { cluster, object: referenceTo(object), by: object.lastWrite?.manager ?? '' }
  if (before === undefined || after === undefined || before.uid !== after.uid) {
    return appearance(common, before, after, seenAt)
  }
  if (before.resourceVersion === after.resourceVersion && before.resourceVersion !== '') return null
  const ofTemplate = templateFields(before, after)
  const fields = [...ofTemplate, ...decidedFields(before, intent)]
  if (fields.length === 0) return null
  const kind = ofTemplate.length > 0 ? 'rollout' : intent.kind
  const at = after.lastWrite?.at ?? seenAt
  return changeOf({ ...common, at, kind, fields, summary: summaryOf(kind, referenceText(object), fields) })
}

function appearance(
  common: Pick<Change, 'cluster' | 'object' | 'by'>,
  before: Resource | undefined,
  after: Resource | undefined,
  seenAt: number,
): Change {
  const name = referenceText(common.object)
  if (after === undefined) {
    const at = before?.deletedAt ?? seenAt
    return changeOf({ ...common, at, kind: 'deleted', fields: [], summary: `${name} was deleted.` })
  }
  const at = after.createdAt ?? seenAt
  const verb = before === undefined ? 'created' : 'deleted and created anew'
  return changeOf({ ...common, at, kind: 'created', fields: [], summary: `${name} was ${verb}.` })
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
    value === undefined ? null : isDigest ? '(changed)' : value
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
