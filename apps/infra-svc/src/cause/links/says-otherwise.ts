import { isSame, type Pod, type Reference } from '@akashic/kubernetes'
import { isRestart, type Change } from '../../change/change.ts'
import type { GroupedFinding } from '../../finding/group-findings.ts'
import { ofOthers, type LogFact } from '../../log/log-facts.ts'
import type { OpenCase } from '../case.ts'
import { hostSettings, serviceNamed } from '../settings.ts'

/** The line in which a process complains of somebody whom the change did not bring in: then that something was changed
 *  before proves nothing. Undefined where no line does. */
export function saysOtherwise(open: OpenCase, finding: GroupedFinding, change: Change): LogFact | undefined {
  return open.factsOf(finding).find(({ pod, fact }) => ofOthers.has(fact.kind) && isOfAnother(open, pod, fact, change))
    ?.fact
}

/** An observation of the same pods names somebody else, whom the change did not bring in. That memory ran out may still
 *  be the doing of what was changed in a ConfigMap or Secret; so may be what a workload asks for as it did before. */
export function namesAnother(
  open: OpenCase,
  { id, object }: GroupedFinding,
  change: Change,
): GroupedFinding | undefined {
  return open.findingsOn(object).find((other) => {
    if (other.id === id || other.severity !== 'critical' || !other.rule.startsWith('pod-')) return false
    if (other.rule === 'pod-out-of-memory' && change.kind !== 'rollout') return false
    const named = other.blames.filter(({ strength }) => strength === 'direct')
    return (
      named.length > 0 &&
      named.every(
        (blame) =>
          !isSame(blame.object, change.object) &&
          !brings(change, blame.object) &&
          !(isSame(blame.object, object) && asksAsBefore(open, object, change)),
      )
    )
  })
}

/** Its template was there before the change, and was not rolled out since otherwise than to start its pods anew. */
function asksAsBefore(open: OpenCase, workload: Reference, { at }: Change): boolean {
  const createdAt = open.view.find(workload)?.createdAt ?? null
  if (createdAt === null || createdAt >= at) return false
  return !open
    .changesOf(workload)
    .some(({ kind, fields }) => kind === 'rollout' && fields.some((field) => !isRestart(field)))
}

const brings = ({ fields }: Change, { name }: Reference): boolean =>
  fields.some(({ before, after }) => `${before ?? ''} ${after ?? ''}`.includes(name))

function isOfAnother({ view }: OpenCase, pod: Pod, { host }: LogFact, change: Change): boolean {
  if (host === null) return false
  const service = serviceNamed(view, pod.namespace, host)
  const naming = hostSettings(view, pod).filter(
    (setting) =>
      setting.host === host ||
      (service !== undefined && serviceNamed(view, pod.namespace, setting.host)?.uid === service.uid),
  )
  const isChanged = naming.some(({ source, name }) => isSame(source, change.object) && touches(change, name))
  return !isChanged && (naming.length > 0 || service !== undefined)
}

/** Where the fields are not known, any may have been. */
const touches = ({ fields }: Change, name: string): boolean =>
  fields.length === 0 || fields.some(({ path }) => path.includes(`env[${name}]`) || path === `data.${name}`)
