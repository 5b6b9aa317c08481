import { isSame, referenceText, referenceTo, type Pod, type Reference } from '@akashic/kubernetes'
import type { OpenCase } from '../case.ts'
import { hostSettings, serviceNamed } from '../settings.ts'
import { workloadsBehind } from './depends.ts'
import type { LinkRule } from './link.ts'

const symptoms = new Set(['pod-not-ready', 'pod-probe-failing', 'pod-crash-loop', 'pod-restarting', 'hpa-at-max'])

/** It is told to use a Service that has nobody behind it, or depends on a workload that does not work: what is broken
 *  there is felt here, also where no log says so. */
export const named: LinkRule = function* (open, finding) {
  if (!symptoms.has(finding.rule) || finding.blames.length > 0) return
  const complaints = open.factsOf(finding).filter(({ fact }) => fact.host !== null)
  for (const object of neededBy(open, finding)) {
    if (complaints.length > 0 && !complaints.some(({ pod, fact }) => leadsTo(open, pod, fact.host!, object))) continue
    for (const other of open.findingsOn(object)) {
      if (other.severity !== 'critical' || other.id === finding.id) continue
      yield { rule: 'named', says: `it depends on ${referenceText(object)}`, to: other }
    }
  }
}

/** A process that says whom it cannot reach does not suffer from others. */
function leadsTo(open: OpenCase, pod: Pod, host: string, object: Reference): boolean {
  const service = serviceNamed(open.view, pod.namespace, host)
  if (!service) return false
  return [referenceTo(service), ...workloadsBehind(open, service)].some((each) => isSame(each, object))
}

function* neededBy(open: OpenCase, finding: Parameters<LinkRule>[1]) {
  for (const [pod] of [open.podsOf(finding)]) {
    if (!pod) continue
    for (const { host } of hostSettings(open.view, pod)) {
      const service = serviceNamed(open.view, pod.namespace, host)
      if (service)
        yield* [
          { kind: 'Service', namespace: service.namespace, name: service.name },
          ...workloadsBehind(open, service),
        ]
    }
  }
  const workloads = [finding.object, ...finding.involves]
  for (const workload of workloads) {
    for (const needed of open.dependencies(workload)) if (!isSame(needed, finding.object)) yield needed
  }
}
