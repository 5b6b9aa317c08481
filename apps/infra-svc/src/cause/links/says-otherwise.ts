import { isSame, type Pod } from '@akashic/kubernetes'
import type { Change } from '../../change/change.ts'
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
