import { trimConditions, trimMeta, type Condition, type Meta } from './meta.ts'
import { isAt, listAt, mapAt, textAt, timeAt, type Raw, type Texts } from './raw.ts'

export interface Taint {
  readonly key: string
  readonly value: string
  readonly effect: string
  readonly since: number | null
}

export interface Node extends Meta {
  readonly kind: 'Node'
  readonly isCordoned: boolean
  readonly taints: readonly Taint[]
  readonly conditions: readonly Condition[]
  /** Quantities by resource: what pods may ask for in all. */
  readonly allocatable: Texts
  readonly capacity: Texts
  readonly kubeletVersion: string
  readonly addresses: readonly string[]
}

export function trimNode(raw: Raw): Node {
  return {
    kind: 'Node',
    ...trimMeta(raw),
    isCordoned: isAt(raw, 'spec', 'unschedulable'),
    taints: listAt(raw, 'spec', 'taints').map((taint) => ({
      key: textAt(taint, 'key'),
      value: textAt(taint, 'value'),
      effect: textAt(taint, 'effect'),
      since: timeAt(taint, 'timeAdded'),
    })),
    conditions: trimConditions(raw),
    allocatable: mapAt(raw, 'status', 'allocatable'),
    capacity: mapAt(raw, 'status', 'capacity'),
    kubeletVersion: textAt(raw, 'status', 'nodeInfo', 'kubeletVersion'),
    addresses: listAt(raw, 'status', 'addresses').map((address) => textAt(address, 'address')),
  }
}
