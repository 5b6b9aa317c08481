import { lookedAtHistory, type InfraSettings } from '@akashic/config'

/** What proposals go by, from the configuration. */
export interface ScalingSettings {
  /** Percentages of requests at which autoscalers are to hold a workload. */
  readonly cpuTarget: number
  readonly memoryTarget: number
  /** Metrics of pods to scale by as well, where the cluster serves them for the pods. */
  readonly podsMetrics: readonly { readonly name: string; readonly averageValue: string }[]
}

export interface AuditSettings extends ScalingSettings {
  /** How far back the use of pods is looked at, ms. */
  readonly history: number
  /** How much of it must have been measured before requests are judged, ms. */
  readonly leastHistory: number
}

export const auditSettings = (infra: Pick<InfraSettings, 'autoscaling' | 'usage'>): AuditSettings => ({
  ...infra.autoscaling,
  ...lookedAtHistory(infra),
})
