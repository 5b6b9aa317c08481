import type { Component, StatusService } from '@akashic/proto'
import { systemActor } from '@akashic/shared/audit'
import type { RpcClientOf } from '@akashic/shared/rpc'

const pageSize = 200
const mostPages = 50
const pageDeadlineMs = 2_000

export interface ReadComponents {
  readonly components: readonly Component[]
  /** Why there may be more than these; null where they are all. */
  readonly problem: string | null
}

/** Every component, page by page, at most 10,000. What was read before a page fails is told all the same. */
export async function readComponents(
  client: Pick<RpcClientOf<StatusService>, 'listComponents'>,
  signal?: AbortSignal,
): Promise<ReadComponents> {
  const components: Component[] = []
  let cursor = ''
  try {
    for (let page = 0; page < mostPages; page++) {
      signal?.throwIfAborted()
      const options = { principal: systemActor('infra').principal, deadlineMs: pageDeadlineMs }
      const answer = await client.listComponents({ limit: pageSize, cursor }, options)
      components.push(...answer.components)
      cursor = answer.nextCursor
      if (cursor === '') return { components, problem: null }
    }
    return { components, problem: `only the first ${components.length} were read` }
  } catch (error) {
    const why = error instanceof Error ? error.message : 'no answer'
    const others = components.length === 0 ? 'they' : `those after the first ${components.length}`
    return { components, problem: `${others} could not be read: ${why}` }
  }
}
