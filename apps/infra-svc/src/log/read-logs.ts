import type { ClusterClient, ContainerStatus, Pod } from '@akashic/kubernetes'
import { cleanLine } from '../redaction/clean-line.ts'
import type { LogTail } from './log-lines.ts'

const tailLines = 200
const maxBytes = 65_536
const deadlineMs = 3_000
const mostPods = 20

export interface ReadLogsOptions {
  /** Only what is not older. */
  readonly sinceSeconds?: number
  /** Hears of a pod of whose logs none could be read. */
  readonly onUnread?: (pod: Pod, reason: string) => void
}

/** The end of what the containers of pods wrote, in this run and the one before. What cannot be read within its deadline
 *  is left out. Of many pods twenty are read: those first whose containers have ended. */
export async function readLogs(
  client: Pick<ClusterClient, 'getText'>,
  pods: readonly Pod[],
  signal?: AbortSignal,
  options: ReadLogsOptions = {},
): Promise<ReadonlyMap<string, readonly LogTail[]>> {
  const chosen = pods.toSorted((a, b) => Number(hasFailed(b)) - Number(hasFailed(a))).slice(0, mostPods)
  const read = await Promise.all(
    chosen.map(async (pod) => [pod.uid, await tailsOf(client, pod, signal, options)] as const),
  )
  return new Map(read)
}

/** What never ran has written nothing. */
export const hasLogs = ({ statuses }: Pod): boolean => statuses.some((status) => hasEnded(status) || isThere(status))

const hasFailed = ({ statuses }: Pod): boolean => statuses.some(hasEnded)
const hasEnded = ({ restarts, last }: ContainerStatus): boolean => last?.state === 'terminated' || restarts > 0
const isThere = ({ now }: ContainerStatus): boolean => now?.state === 'running' || now?.state === 'terminated'

async function tailsOf(
  client: Pick<ClusterClient, 'getText'>,
  pod: Pod,
  signal: AbortSignal | undefined,
  options: ReadLogsOptions,
): Promise<readonly LogTail[]> {
  const wanted = pod.statuses.flatMap((status) => [
    ...(hasEnded(status) ? [{ name: status.name, isPrevious: true }] : []),
    ...(isThere(status) ? [{ name: status.name, isPrevious: false }] : []),
  ])
  const read = await Promise.all(
    wanted.map(({ name, isPrevious }) => tailOf(client, pod, name, isPrevious, signal, options)),
  )
  const tails = read.flatMap((tail) => (typeof tail === 'string' ? [] : [tail]))
  // Of a run before there may be no log any more; that nothing can be read is another matter.
  const problem = read.find((tail) => typeof tail === 'string')
  if (tails.length === 0 && problem !== undefined) options.onUnread?.(pod, problem)
  return tails
}

/** @returns why it could not be read, where it could not. */
async function tailOf(
  client: Pick<ClusterClient, 'getText'>,
  pod: Pod,
  container: string,
  isPrevious: boolean,
  signal: AbortSignal | undefined,
  { sinceSeconds }: ReadLogsOptions,
): Promise<LogTail | string> {
  const { namespace, name } = pod
  const query = new URLSearchParams({ container, tailLines: String(tailLines), limitBytes: String(maxBytes) })
  if (isPrevious) query.set('previous', 'true')
  if (sinceSeconds !== undefined) query.set('sinceSeconds', String(sinceSeconds))
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/log?${query.toString()}`
  try {
    const text = await client.getText(path, {
      deadlineMs,
      accept: '*/*',
      maxBytes: maxBytes * 2,
      ...(signal && { signal }),
    })
    return {
      container,
      isPrevious,
      lines: text
        .split('\n')
        .filter((line) => line !== '')
        .map(cleanLine),
    }
  } catch (error) {
    return error instanceof Error ? error.message : 'it cannot be read'
  }
}
