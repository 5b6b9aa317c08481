import { percent, quantityText, roundedUp, type ResourceName } from './amounts.ts'
import type { ContainerResources } from './scaled-workload.ts'
import type { ContainerUse } from '../usage/shares.ts'

/** What a container should ask for, and the sums that lead there. */
export interface Sized {
  readonly rule:
    | 'requests-missing'
    | 'under-requested'
    | 'over-requested'
    | 'memory-limit-missing'
    | 'memory-limit-near'
    | 'cpu-throttled'
  readonly resource: ResourceName
  readonly field: 'requests' | 'limits'
  /** Cores or bytes; null where it is not set. */
  readonly now: number | null
  readonly proposed: number
  readonly arithmetic: string
}

/** Room above what was used, for what the history has not seen. */
const margin = 1.15
/** Of memory, between what was used most and where the kernel kills. */
const limitMargin = 1.5
/** From this share of its limit a container is slowed down: a minute is a mean of many periods of 100 ms. */
const throttledFrom = 0.9
/** Below this share of what is asked for, the rest is worth giving back. */
const wastefulBelow = 0.6
const worthIt: Readonly<Record<ResourceName, number>> = { cpu: 0.05, memory: 64 * 2 ** 20 }

/** Shares of the requests at which an autoscaler holds a workload; null where none does. */
export type HeldAt = Readonly<Record<ResourceName, number | null>>

/** What to change about what a container asks for. More use never leads to less.
 *  @param heldAt an autoscaler keeps the use at this share of the request, which is then no waste. */
export function rightSize(use: ContainerUse, resources: ContainerResources, heldAt: HeldAt): readonly Sized[] {
  const requests = [
    requestOf('cpu', use, resources, heldAt.cpu),
    requestOf('memory', use, resources, heldAt.memory),
  ].flatMap((each) => each ?? [])
  const asked = followed(requests, resources).requests
  const limits = [
    cpuLimitOf(use, resources, asked.cpu ?? 0) ?? limitAbove('cpu', requests, resources),
    memoryLimitOf(use, resources, asked.memory ?? 0) ?? limitAbove('memory', requests, resources),
  ]
  return [...requests, ...limits.flatMap((each) => each ?? [])]
}

function requestOf(
  resource: ResourceName,
  use: ContainerUse,
  resources: ContainerResources,
  heldAt: number | null,
): Sized | null {
  const now = resources.requests[resource]
  const isCpu = resource === 'cpu'
  // CPU that is short is shared, memory that is short is taken by force.
  const used = isCpu ? use.cpu.p95 : use.memory.max
  const factor = Math.max(margin, heldAt === null ? 0 : 1 / heldAt)
  const proposed = roundedUp(resource, used * factor)
  const why = heldAt !== null && factor > margin ? `÷ ${percent(heldAt)} of the autoscaler` : `× ${margin}`
  const arithmetic = `${isCpu ? 'p95' : 'max'} ${quantityText(resource, used)} ${why} = ${quantityText(resource, proposed)}`
  const made = (rule: Sized['rule']): Sized => ({ rule, resource, field: 'requests', now, proposed, arithmetic })
  if (now === null) return made('requests-missing')
  if (used > now) return made('under-requested')
  if (proposed <= now * wastefulBelow && now - proposed >= worthIt[resource]) return made('over-requested')
  return null
}

function cpuLimitOf({ cpu }: ContainerUse, { limits }: ContainerResources, request: number): Sized | null {
  const now = limits.cpu
  if (now === null || cpu.p99 < now * throttledFrom) return null
  const proposed = roundedUp('cpu', Math.max(now * 2, request))
  const arithmetic = `p99 ${quantityText('cpu', cpu.p99)} is ${percent(cpu.p99 / now)} of the limit; what it would use without is not known: limit × 2 = ${quantityText('cpu', proposed)}`
  return { rule: 'cpu-throttled', resource: 'cpu', field: 'limits', now, proposed, arithmetic }
}

function memoryLimitOf({ memory }: ContainerUse, { limits }: ContainerResources, request: number): Sized | null {
  const now = limits.memory
  const fromUse = roundedUp('memory', memory.max * limitMargin)
  const proposed = Math.max(fromUse, roundedUp('memory', request))
  const sum = `max ${quantityText('memory', memory.max)} × ${limitMargin} = ${quantityText('memory', fromUse)}`
  const arithmetic = proposed > fromUse ? `${sum}, and no less than the request` : sum
  const made = (rule: Sized['rule']): Sized => ({
    ...{ rule, resource: 'memory', field: 'limits', now, proposed, arithmetic },
  })
  if (now === null) return made('memory-limit-missing')
  return memory.max * margin > now ? made('memory-limit-near') : null
}

/** A request above its limit is refused: the limit goes up with it. */
function limitAbove(resource: ResourceName, requests: readonly Sized[], { limits }: ContainerResources): Sized | null {
  const request = requests.find((each) => each.resource === resource)
  const now = limits[resource]
  if (request === undefined || now === null || request.proposed <= now) return null
  const { rule, proposed } = request
  const arithmetic = `no limit may be below its request of ${quantityText(resource, proposed)}`
  return { rule, resource, field: 'limits', now, proposed, arithmetic }
}

/** What a container asks for once the proposals are followed. */
export function followed(sized: readonly Sized[], resources: ContainerResources): ContainerResources {
  const after = { ...resources, requests: { ...resources.requests }, limits: { ...resources.limits } }
  for (const { field, resource, proposed } of sized) after[field][resource] = proposed
  return after
}
