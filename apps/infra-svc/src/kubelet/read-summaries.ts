import { ClusterError, conditionOf, type ClusterClient, type ClusterView, type Node } from '@akashic/kubernetes'

export interface ReadSummariesOptions {
  /** For all of them together, ms. */
  readonly deadlineMs?: number
  readonly signal?: AbortSignal | undefined
}

const usualDeadlineMs = 5_000
/** As many connections as a client has. */
const atOnce = 16
/** Of one that has others waiting behind it. */
const patienceMs = 2_000

/** Asks kubelets for their statistics, in this order, through the API server. Those that are silent cost the others
 *  nothing but their turn, and all of them together no more than the deadline. Who may ask none of the first asks no more.
 *  @param onSummary hears of each that has answered, with its summary as it came.
 *  @returns why others were not read, by node. */
export async function readSummaries(
  client: Pick<ClusterClient, 'get'>,
  nodes: readonly string[],
  onSummary: (node: string, summary: unknown) => void,
  { deadlineMs = usualDeadlineMs, signal }: ReadSummariesOptions = {},
): Promise<ReadonlyMap<string, string>> {
  const problems = new Map<string, string>()
  const deadline = AbortSignal.timeout(deadlineMs)
  const ends = signal ? AbortSignal.any([signal, deadline]) : deadline
  const waiting = nodes.toReversed()
  let answered = 0
  let refusal: string | null = null
  const each = nodes.length > atOnce ? Math.min(patienceMs, deadlineMs) : deadlineMs
  const work = async (): Promise<void> => {
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (ends.aborted) {
        problems.set(node, `the time of ${deadlineMs / 1_000} s was up before its turn`)
        continue
      }
      if (refusal !== null && answered === 0) {
        problems.set(node, refusal)
        continue
      }
      try {
        const path = `/api/v1/nodes/${encodeURIComponent(node)}/proxy/stats/summary`
        onSummary(node, await client.get(path, { deadlineMs: each, signal: ends }))
        answered++
      } catch (error) {
        const isLate = ends.aborted || (error instanceof ClusterError && error.kind === 'timeout')
        if (error instanceof ClusterError && error.kind === 'forbidden') refusal = whyNot(error)
        problems.set(node, isLate ? 'its kubelet did not answer in time' : whyNot(error))
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return problems
}

/** The nodes of a cluster, those last whose kubelets are not heard of. */
export function nodesToAsk(view: ClusterView): readonly string[] {
  const isHeard = (node: Node): boolean => conditionOf(node, 'Ready')?.status !== 'Unknown'
  const nodes = [...view.all('Node')]
  return [...nodes.filter(isHeard), ...nodes.filter((node) => !isHeard(node))].map(({ name }) => name)
}

const kubeletStats = 'nodes/proxy'

/** Why something of a kubelet, or of metrics.k8s.io, is not known. */
export function whyNot(error: unknown): string {
  if (!(error instanceof ClusterError)) return 'its answer cannot be read'
  const { missingPermission, message } = error
  if (missingPermission === null) return message
  const where = missingPermission.includes(kubeletStats) ? ', which the role akashic-kubelet-stats gives' : ''
  return `not allowed: ${missingPermission}${where}`
}
