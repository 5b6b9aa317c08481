import type { Reference } from '@akashic/kubernetes'

/** What one container used, as it was measured. */
export interface UsageSample {
  readonly namespace: string
  readonly workload: Reference
  readonly pod: string
  readonly podUid: string
  readonly container: string
  /** When this run of the container began. */
  readonly startedAt: Date
  readonly at: Date
  /** Cores, over the window of the measurement. */
  readonly cpu: number
  /** Bytes of the working set. */
  readonly memory: number
}

/** Use over a span of time: a minute, or ten of them where it is older than six hours. */
export interface UsagePoint {
  /** When it begins. */
  readonly at: Date
  /** Measurements in it. */
  readonly samples: number
  /** Cores. */
  readonly cpuMean: number
  readonly cpuMax: number
  /** Bytes. The least is what is left when rubbish was collected. */
  readonly memoryMin: number
  readonly memoryMean: number
  readonly memoryMax: number
}

/** One run of a container, from its start until it ended, and what it used. */
export interface ContainerRun {
  readonly workload: Reference
  readonly pod: string
  readonly podUid: string
  readonly container: string
  readonly startedAt: Date
  /** In order of time. */
  readonly points: readonly UsagePoint[]
}
