import type { LinkRule } from './link.ts'

/** What a broken node can do to the pods on it. */
const ofNodes = new Set([
  'pod-not-ready',
  'pod-stuck-terminating',
  'pod-evicted',
  'pod-sandbox-failed',
  'pod-out-of-memory',
  'deployment-unavailable',
  'statefulset-unavailable',
  'daemonset-unavailable',
  'service-no-endpoints',
])

/** Pods suffer because the node does on which all of them are. */
export const placed: LinkRule = function* (open, finding) {
  if (!ofNodes.has(finding.rule)) return
  const pods = open.podsOf(finding)
  const suffering = pods.filter(
    ({ conditions, deletedAt }) =>
      deletedAt !== null || conditions.some(({ type, status }) => type === 'Ready' && status !== 'True'),
  )
  const nodes = new Set(suffering.map(({ nodeName }) => nodeName).filter((name) => name !== ''))
  for (const name of nodes) {
    const share = suffering.filter(({ nodeName }) => nodeName === name).length
    if (share * 2 < suffering.length) continue
    for (const other of open.findingsOn({ kind: 'Node', namespace: '', name })) {
      if (other.severity !== 'critical' && other.rule !== 'node-pressure') continue
      yield { rule: 'placed', says: `its pods run on Node ${name}`, to: other }
    }
  }
}
