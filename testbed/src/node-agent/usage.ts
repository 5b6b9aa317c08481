import type { ApiObject } from '../real/kubernetes/api.ts'
import type { AgentNode } from './agent-node.ts'

const diskBytes = 100 * 2 ** 30
const claimBytes = 2 ** 30

/** The kubelet's summary of what a node and its pods use. Source: k8s.io/kubelet/pkg/apis/stats/v1alpha1. */
export function usageOf({ name, runners, spec }: AgentNode): object {
  const time = new Date().toISOString()
  const pods = [...runners.values()].map(({ pod, containers }) => {
    const used = containers.map((container) => ({ name: container.name, ...container.use }))
    return {
      podRef: { name: pod.metadata.name, namespace: pod.metadata.namespace, uid: pod.metadata.uid },
      containers: used.map(({ name, cpu, memory }) => ({
        name,
        cpu: { time, usageNanoCores: Math.round(cpu * 1e9) },
        memory: { time, workingSetBytes: memory, usageBytes: memory },
      })),
      cpu: { time, usageNanoCores: Math.round(sum(used.map(({ cpu }) => cpu)) * 1e9) },
      memory: { time, workingSetBytes: sum(used.map(({ memory }) => memory)) },
      volume: claimsOf(pod).map((claim) => ({
        ...{ time, name: claim, pvcRef: { name: claim, namespace: pod.metadata.namespace } },
        ...{ capacityBytes: claimBytes, usedBytes: Math.round(claimBytes * (spec.claimsUsed ?? 0.2)) },
      })),
    }
  })
  const usedDisk = Math.round(diskBytes * (spec.diskUsed ?? 0.3))
  const fs = { time, capacityBytes: diskBytes, usedBytes: usedDisk, availableBytes: diskBytes - usedDisk }
  return {
    node: {
      nodeName: name,
      cpu: { time, usageNanoCores: sum(pods.map((pod) => pod.cpu.usageNanoCores)) },
      memory: { time, workingSetBytes: sum(pods.map((pod) => pod.memory.workingSetBytes)) },
      fs,
      runtime: { imageFs: fs },
    },
    pods,
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0)

const claimsOf = ({ spec }: ApiObject): readonly string[] =>
  (spec.volumes ?? []).flatMap((volume: ApiObject) => volume.persistentVolumeClaim?.claimName ?? [])
