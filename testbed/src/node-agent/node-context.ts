import type { ApiRequest } from '../real/kubernetes/api.ts'
import type { Behaviour } from './behaviour.ts'
import type { EventRecorder } from './event-recorder.ts'
import type { Registry } from './registry.ts'

/** What every pod of a node works with. */
export interface NodeContext {
  readonly name: string
  readonly ip: string
  readonly ask: ApiRequest
  readonly events: EventRecorder
  readonly registry: Registry
  readonly behaviour: Behaviour
  isAlive(): boolean
  /** Of a duration of the kubelet, in ms: how long it takes here. */
  scaled(ms: number): number
}
