import { conditionOf, isSame, type ClusterView, type Node, type Pod, type Taint } from '@akashic/kubernetes'
import { isLasting, mayRunOn, neededNodes, repels } from '../../analyse/pod/placement.ts'
import { hasRoomFor } from '../../analyse/pod/room.ts'
import type { Change, FieldChange } from '../../change/change.ts'
import { fieldAbsence, fieldQuote } from '../../analyse/quote.ts'
import { edit } from '../../analyse/remedies.ts'
import type { Blame } from '../../finding/finding.ts'
import { ofDeletedService } from '../../remedy/address.ts'
import { ofChangedNode } from '../../remedy/node.ts'
import { hidden } from '../../redaction/hide-credentials.ts'
import type { GroupedFinding } from '../../finding/group-findings.ts'
import type { OpenCase } from '../case.ts'
import { onsetOf } from '../onset.ts'
import { windowMs } from './changed.ts'
import type { Link, LinkRule } from './link.ts'

/** The cluster's times are whole seconds, and those of two machines. */
const slackMs = 5_000

/** What an observation blames was well until somebody took away what it relied on: a label of a node, a Service behind a
 *  route. Who asks for it as before is not who must be changed. */
export const undone: LinkRule = function* (open, finding) {
  const onset = onsetOf(open, finding) ?? open.now
  for (const change of open.changes) {
    if (change.at > onset + slackMs || change.at < onset - windowMs) continue
    const because = reasonIn(open, finding, change)
    if (because === null || wasChangedAfter(open, finding, change)) continue
    yield linkOf(change, because, ownOf(open, change))
  }
}

type Own = Pick<Blame, 'evidence' | 'remedies'>

/** What was changed as it is now, and how to put it back. */
function ownOf({ view }: OpenCase, { object, kind, fields }: Change): Own {
  if (kind === 'deleted') return ofDeletedService(view, object, null)
  const node = view.get('Node', '', object.name)
  if (kind === 'node' && node) return ofChangedNode(node, fields)
  const ports = view.get('Service', object.namespace, object.name)?.ports ?? []
  return {
    evidence: ports.map(({ name, port }) =>
      name === ''
        ? fieldAbsence(object, `spec.ports[${port}].name`)
        : fieldQuote(object, `spec.ports[${name}].port`, port),
    ),
    remedies: [edit(object, 'Give it back the ports that it had, beside the new', 'where the Service can be asked')],
  }
}

const linkOf = (change: Change, because: string, { evidence = [], remedies = [] }: Own): Link => ({
  rule: 'undone',
  says: 'that was so until it was changed',
  to: {
    ...{ object: change.object, because, strength: 'direct' },
    evidence: [...evidence, { kind: 'change', object: change.object, where: '', quote: change.summary, at: change.at }],
    remedies,
    corroboration: ['what asks for it was there before, and was not changed since'],
  },
})

/** Whoever asks for what is not there may have begun to ask for it later. */
function wasChangedAfter(open: OpenCase, { object, blames }: GroupedFinding, change: Change): boolean {
  return [object, ...blames.map((blame) => blame.object)].some((each) => {
    const createdAt = open.view.find(each)?.createdAt ?? null
    if (createdAt !== null && createdAt >= change.at) return true
    return open.changesOf(each).some(({ kind, at, fields }) => at > change.at && asksAnew(kind, fields))
  })
}

/** Fewer replicas than before ask for nothing. */
function asksAnew(kind: Change['kind'], fields: readonly FieldChange[]): boolean {
  if (kind === 'scaled') return fields.some(({ before, after }) => Number(after) > Number(before))
  return kind === 'routing' || (kind === 'rollout' && fields.length > 0)
}

function reasonIn(open: OpenCase, finding: GroupedFinding, change: Change): string | null {
  const isOfTemplate = finding.blames.every((blame) => isSame(blame.object, finding.object))
  if (finding.rule === 'pod-unschedulable' && isOfTemplate) return ofNode(open.view, open.podsOf(finding), change)
  if (finding.rule === 'ingress-backend-missing') return ofBackend(finding, change)
  return null
}

/** A node that would have taken each of the pods before its labels or taints were changed, has the room, and takes none
 *  now. */
function ofNode(view: ClusterView, pods: readonly Pod[], { kind, object, fields }: Change): string | null {
  const node = kind === 'node' ? view.get('Node', '', object.name) : undefined
  if (!node || pods.length === 0 || fields.some(({ before: old }) => isHidden(old))) return null
  const before = asBefore(node, fields)
  const wasTaken = (pod: Pod): boolean => takes(before, pod) && !takes(node, pod) && hasRoomFor(view, node, pod)
  if (!pods.every((pod) => isAboutNodes(pod) && wasTaken(pod))) return null
  const what = fields
    .filter(({ path }) => path !== 'spec.unschedulable')
    .map(({ path, before: old, after }) => `${path}: ${old || 'none'} -> ${after || 'none'}`)
  return `it was changed (${what.join('; ')}), and would have taken the pods before`
}

/** What a field was is not known where it looked like a secret. */
const isHidden = (text: string | null): boolean => text?.includes(hidden) === true

/** Whether the scheduler speaks of labels or taints at all. Source: the reasons of its plugins NodeAffinity and
 *  TaintToleration. */
const isAboutNodes = (pod: Pod): boolean =>
  /untolerated taint|node affinity\/selector/.test(conditionOf(pod, 'PodScheduled')?.message ?? '')

const labels = 'metadata.labels.'

function asBefore(node: Node, fields: Change['fields']): Pick<Node, 'name' | 'labels' | 'taints'> {
  const old: Record<string, string> = { ...node.labels }
  let taints: readonly Pick<Taint, 'key' | 'value' | 'effect'>[] = node.taints
  for (const { path, before } of fields) {
    if (path === 'spec.taints') taints = taintsIn(before ?? '')
    if (!path.startsWith(labels)) continue
    const key = path.slice(labels.length)
    if (before === null) delete old[key]
    else old[key] = before
  }
  return { name: node.name, labels: old, taints: taints.map((taint) => ({ ...taint, since: null })) }
}

/** As changes tell them: `dedicated=gpu:NoSchedule, ...`. */
function taintsIn(text: string): readonly Pick<Taint, 'key' | 'value' | 'effect'>[] {
  return text
    .split(', ')
    .filter((each) => each !== '')
    .map((each) => {
      const [, key = '', value = '', effect = ''] = /^([^=]*)=(.*):([^:]*)$/.exec(each) ?? []
      return { key, value, effect }
    })
}

const takes = (node: Pick<Node, 'name' | 'labels' | 'taints'>, { spec }: Pod): boolean =>
  mayRunOn(node, neededNodes(spec)) && !node.taints.some((taint) => isLasting(taint) && repels(spec, taint))

/** The Service that a route leads to was deleted, or has no more the port that the route asks for. */
function ofBackend({ part, involves, blames }: GroupedFinding, { kind, object, fields }: Change): string | null {
  if (!involves.some((each) => isSame(each, object))) return null
  const by = blames.map((blame) => `${blame.object.kind} ${blame.object.name}`).join(', ')
  if (kind === 'deleted') return `it was deleted, and ${by} sends to it`
  const ports = kind === 'routing' ? fields.find(({ path }) => path === 'spec.ports') : undefined
  const asked = part.slice(`${object.name}:`.length)
  return ports && !isHidden(ports.after) && hasPort(ports.before, asked) && !hasPort(ports.after, asked)
    ? `its ports were changed (${ports.before ?? ''} -> ${ports.after ?? ''}), and ${by} asks for the old`
    : null
}

/** Of ports as changes tell them, by name or number: `http:80->8080, ...`. */
const hasPort = (ports: string | null, asked: string): boolean =>
  (ports ?? '').split(', ').some((each) => {
    const [name, port] = each.split(/:|->/)
    return asked === name || asked === port
  })
