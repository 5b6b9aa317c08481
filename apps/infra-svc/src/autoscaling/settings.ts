/** What proposals go by, from the configuration. */
export interface ScalingSettings {
  /** Percentages of requests at which autoscalers are to hold a workload. */
  readonly cpuTarget: number
  readonly memoryTarget: number
  /** Metrics of pods to scale by as well, where the cluster serves them for the pods. */
  readonly podsMetrics: readonly { readonly name: string; readonly averageValue: string }[]
}
