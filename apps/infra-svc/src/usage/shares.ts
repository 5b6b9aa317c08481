/** How a figure was spread over time: cores or bytes. */
export interface Shares {
  /** Of the means of ten minutes; the others are of their highest minutes. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** What a container used, over all pods of its workload. */
export interface ContainerUse {
  readonly container: string
  /** Minutes in which it was measured. */
  readonly minutes: number
  readonly cpu: Shares
  readonly memory: Shares
}

/** What the pods of a workload used. */
export interface WorkloadUse {
  readonly containers: readonly ContainerUse[]
  /** Cores of all pods together. */
  readonly totalCpu: Pick<Shares, 'p50' | 'p95' | 'max'>
}
