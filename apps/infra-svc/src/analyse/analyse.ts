import type { Kind } from '@akashic/kubernetes'
import type { Finding } from '../finding/finding.ts'
import { groupFindings, type GroupedFinding } from '../finding/group-findings.ts'
import type { Analyser, Look } from './analyser.ts'
import { clusterAnalysers } from './cluster.ts'
import { podAnalysers } from './pods.ts'
import { workloadAnalysers } from './workloads.ts'

export const analysers: readonly Analyser[] = [...podAnalysers, ...workloadAnalysers, ...clusterAnalysers]

/** Every kind that must be readable for silence to mean health. */
export const neededKinds: readonly Kind[] = [...new Set(analysers.flatMap(({ needs }) => needs))]

/** All that is wrong with a cluster, worst first. */
export function analyse(look: Look): readonly GroupedFinding[] {
  const found: Finding[] = []
  for (const analyser of analysers) found.push(...analyser.find(look))
  return groupFindings(look.view, found)
}
