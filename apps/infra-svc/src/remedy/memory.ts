import { quantity, type ClusterView, type Reference } from '@akashic/kubernetes'
import { containerIn, containerQuote, variableQuote } from '../analyse/template-quote.ts'
import type { Blame, Remedy } from '../finding/finding.ts'
import { setResources, setVariable } from './template.ts'

type Own = Pick<Blame, 'evidence' | 'remedies'>

/** What a container may use of memory, and twice that. */
export function ofMemoryLimit(view: ClusterView, owner: Reference, name: string): Own {
  const limit = containerIn(view, owner, name)?.limits['memory']
  return {
    evidence: containerQuote(view, owner, name, 'resources.limits.memory', () => limit),
    remedies: twiceTheMemory(view, owner, name, limit, 'if its use is right'),
  }
}

/** Nothing where the limit is none that can be doubled.
 *  @param when as `if its use is right`. */
export function twiceTheMemory(
  view: ClusterView,
  owner: Reference,
  name: string,
  limit: string | undefined,
  when: string,
): readonly Remedy[] {
  const parts = /^(\d+)([a-zA-Z]*)$/.exec(limit ?? '')
  if (!parts) return []
  const larger = `${Number(parts[1]) * 2}${parts[2] ?? ''}`
  return setResources(view, owner, name, [`--limits=memory=${larger}`], `Give it ${larger} of memory, ${when}`)
}

/** The share of a container's memory that the heap of V8 may have; the rest is for buffers, code and stacks. */
const heapShare = 0.75
/** The most that V8 takes by itself where nobody says. MiB. */
const usualHeap = 4_096

/** How large a heap a process may have, and how to let it be larger within its memory limit. */
export function ofHeap(view: ClusterView, owner: Reference, name: string): Own {
  const container = containerIn(view, owner, name)
  const evidence = [
    ...variableQuote(view, owner, name, 'NODE_OPTIONS'),
    ...containerQuote(view, owner, name, 'resources.limits.memory', ({ limits }) => limits['memory']),
  ]
  const options = container?.env.find((each) => each.name === 'NODE_OPTIONS')
  const others = (options?.value ?? '').replace(/--max-old-space-size=\d+/, '').trim()
  if (options?.value === null || !/^[\w=.\s-]*$/.test(others)) return { evidence, remedies: [] }
  const limit = quantity(container?.limits['memory'])
  const now = Number(/--max-old-space-size=(\d+)/.exec(options?.value ?? '')?.[1] ?? usualHeap / 2)
  const size = limit === null ? now * 2 : Math.floor((limit / 2 ** 20) * heapShare)
  return {
    evidence,
    remedies: setVariable(view, owner, name, 'NODE_OPTIONS', `${others} --max-old-space-size=${size}`.trim()),
  }
}
