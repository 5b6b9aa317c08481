import type { ClusterClient } from '../access/cluster-client.ts'
import { ClusterError } from '../access/cluster-error.ts'
import { ItemSplitter, ListTooLarge } from './item-splitter.ts'

export interface ReadItems {
  readonly path: string
  /** What is listed, for errors. */
  readonly what: string
  /** Until the list is complete. */
  readonly deadlineMs: number
  readonly signal?: AbortSignal
  /** Takes each item as it arrives; what it throws ends the reading, and is thrown as it is. */
  readonly onItem: (item: unknown) => void
}

/** Reads a list item by item, and holds no more than one of them.
 *  @returns what there was besides the items, with an empty list of them. @throws ClusterError */
export async function readItems(
  client: Pick<ClusterClient, 'stream'>,
  { path, what, deadlineMs, signal, onItem }: ReadItems,
): Promise<unknown> {
  const thrown: unknown[] = []
  const splitter = new ItemSplitter((text) => {
    const item: unknown = JSON.parse(text)
    try {
      onItem(item)
    } catch (error) {
      thrown.push(error)
      throw error
    }
  })
  const deadline = AbortSignal.timeout(deadlineMs)
  const stop = AbortSignal.any([deadline, ...(signal ? [signal] : [])])
  const body = await client.stream(path, { deadlineMs, signal: stop })
  try {
    for await (const chunk of body) splitter.push(chunk)
    return splitter.end()
  } catch (error) {
    if (thrown.includes(error)) throw error
    if (deadline.aborted)
      throw new ClusterError('timeout', `listing ${what} took longer than ${deadlineMs} ms`, { cause: error })
    if (error instanceof ListTooLarge) throw new ClusterError('too_large', error.message, { cause: error })
    if (error instanceof SyntaxError)
      throw new ClusterError('not_kubernetes', `the list of ${what} is no complete JSON`, { cause: error })
    throw new ClusterError('unreachable', `the list of ${what} was cut off`, { cause: error })
  }
}
