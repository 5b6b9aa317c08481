import { quantity, type ClusterView, type LimitRange, type Reference } from '@akashic/kubernetes'
import { fieldQuote } from '../analyse/quote.ts'
import { edit } from '../analyse/remedies.ts'
import { containerIn, containerQuote, variableQuote } from '../analyse/template-quote.ts'
import type { Blame, Remedy } from '../finding/finding.ts'
import { patchContainer, setResources, setVariable } from './template.ts'

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
/** What V8 takes by itself where nobody says: half of the memory that it sees, up to this. MiB. */
const usualHeap = 2_048
const heapOption = /--max-old-space-size=(\d+)/

/** How large a heap a process may have, and how to let it be larger: within its memory limit where that has room, else
 *  together with the limit. */
export function ofHeap(view: ClusterView, owner: Reference, name: string): Own {
  const container = containerIn(view, owner, name)
  const evidence = [
    ...variableQuote(view, owner, name, 'NODE_OPTIONS'),
    ...containerQuote(view, owner, name, 'resources.limits.memory', ({ limits }) => limits['memory']),
  ]
  const options = container?.env.find((each) => each.name === 'NODE_OPTIONS')
  const others = (options?.value ?? '').replace(heapOption, '').trim()
  if (options?.value === null || !/^[\w=.\s-]*$/.test(others)) return { evidence, remedies: [] }
  const withHeap = (size: number): string => `${others} --max-old-space-size=${size}`.trim()
  const bytes = quantity(container?.limits['memory'])
  const limit = bytes === null ? Infinity : bytes / 2 ** 20
  const now = Number(heapOption.exec(options?.value ?? '')?.[1] ?? Math.floor(Math.min(usualHeap, limit / 2)))
  const within = bytes === null ? now * 2 : Math.floor(limit * heapShare)
  return {
    evidence,
    remedies:
      within > now
        ? setVariable(view, owner, name, 'NODE_OPTIONS', withHeap(within))
        : growBoth(view, owner, name, { size: now * 2, options: withHeap(now * 2) }),
  }
}

/** @param heap its size in MiB, and the options of Node that say so. */
function growBoth(
  view: ClusterView,
  owner: Reference,
  name: string,
  heap: { readonly size: number; readonly options: string },
): readonly Remedy[] {
  const memory = `${Math.ceil(heap.size / heapShare)}Mi`
  const fields = {
    resources: { limits: { memory } },
    env: [{ name: 'NODE_OPTIONS', value: heap.options }],
  }
  return patchContainer(view, owner, name, fields, {
    title: `Give container ${name} ${memory} of memory and a heap of ${heap.size} MiB within it, if its use is right`,
    changes: `the memory limit and NODE_OPTIONS of container ${name}: its heap already has what the limit lets it`,
  })
}

/** The default of a LimitRange, and how to change it: pods that are made after that have the other. */
export const ofDefault = (range: LimitRange, limit: string): Own => ({
  evidence: [fieldQuote(range, 'spec.limits[Container].default.memory', limit)],
  remedies: [
    edit(range, 'Give containers that name no limit more memory', 'the limits of pods that are made from now on'),
  ],
})
