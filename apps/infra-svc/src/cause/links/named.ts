import { isSame, referenceText } from '@akashic/kubernetes'
import type { OpenCase } from '../case.ts'
import { hostSettings, serviceNamed } from '../settings.ts'
import { workloadsBehind } from './depends.ts'
import type { LinkRule } from './link.ts'

const symptoms = new Set(['pod-not-ready', 'pod-probe-failing', 'pod-crash-loop', 'pod-restarting', 'hpa-at-max'])

/** It is told to use a Service that has nobody behind it, or depends on a workload that does not work: what is broken
 *  there is felt here, whether a log says so or not. */
export const named: LinkRule = function* (open, finding) {
  if (!symptoms.has(finding.rule) || finding.blames.length > 0) return
  for (const object of neededBy(open, finding)) {
    for (const other of open.findingsOn(object)) {
      if (other.severity !== 'critical' || other.id === finding.id) continue
      yield { rule: 'named', says: `it depends on ${referenceText(object)}`, to: other }
    }
  }
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
