import { kinds } from '@akashic/kubernetes'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Verdict } from './cause/diagnosis.ts'
import { clusterDocument } from './cluster/list-clusters.ts'
import type { Clusters } from './cluster/clusters.ts'
import type { GroupedFinding } from './finding/group-findings.ts'

export interface InfraMetrics {
  /** Takes in what was found in a cluster. */
  found(cluster: string, findings: readonly GroupedFinding[]): void
  /** Takes in a diagnosis that has ended. */
  diagnosed(verdict: Verdict | 'failed', durationMs: number): void
}

const severities = ['critical', 'warning', 'info'] as const

/** What this service counts. Labels are names of the configuration and of our own, never of objects in a cluster. */
export function createInfraMetrics(registry: Registry, clusters: Clusters): InfraMetrics {
  const registers = [registry]
  const counts = new Map<string, ReadonlyMap<string, number>>()
  new Gauge({
    registers,
    name: 'akashic_cluster_unseen_kinds',
    help: 'Kinds of objects of a cluster of which nothing, or only what is old, is known; all of them while it is being read.',
    labelNames: ['cluster'],
    collect() {
      this.reset()
      for (const cluster of clusters.all()) {
        const { name, state, problems } = clusterDocument(cluster)
        this.set({ cluster: name }, state === 'reading' ? kinds.length : problems.length)
      }
    },
  })
  new Gauge({
    registers,
    name: 'akashic_cluster_objects',
    help: 'Objects of a cluster that are held in memory.',
    labelNames: ['cluster'],
    collect() {
      this.reset()
      for (const { name, model } of clusters.all()) {
        this.set(
          { cluster: name },
          kinds.reduce((sum, kind) => sum + model.count(kind), 0),
        )
      }
    },
  })
  new Gauge({
    registers,
    name: 'akashic_cluster_events_dropped',
    help: 'Events of a cluster that were let go of for want of room, since the process began to follow it.',
    labelNames: ['cluster'],
    collect() {
      this.reset()
      for (const { name, model } of clusters.all()) this.set({ cluster: name }, model.eventsDropped)
    },
  })
  new Gauge({
    registers,
    name: 'akashic_cluster_findings',
    help: 'Findings in a cluster now; absent until it was looked at.',
    labelNames: ['cluster', 'severity'],
    collect() {
      this.reset()
      for (const { name } of clusters.all()) {
        const found = counts.get(name)
        if (found) for (const severity of severities) this.set({ cluster: name, severity }, found.get(severity) ?? 0)
      }
    },
  })
  const diagnoses = new Counter({
    registers,
    name: 'akashic_diagnoses_total',
    help: 'Diagnoses that ended, by what they said.',
    labelNames: ['verdict'] as const,
  })
  const seconds = new Histogram({
    registers,
    name: 'akashic_diagnosis_seconds',
    help: 'Time that a diagnosis took, logs read included.',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20],
  })
  return {
    found: (cluster, findings) => {
      const bySeverity = Map.groupBy(findings, ({ severity }) => severity)
      counts.set(cluster, new Map([...bySeverity].map(([severity, some]) => [severity, some.length])))
    },
    diagnosed: (verdict, durationMs) => {
      diagnoses.inc({ verdict })
      seconds.observe(durationMs / 1_000)
    },
  }
}
