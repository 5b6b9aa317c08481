import { tableLines, type Cell } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { AuditedContainer, AutoscaleReport, ScalingAdvice } from './autoscale-report.ts'
import { faceOf } from './faces.ts'
import { objectText } from './infra.ts'

const mostRows = 20
const mebibyte = 2 ** 20
const worst = { critical: 2, warning: 1, info: 0 } as const

/** What the containers ask for, and what they used of it. */
export function workloadLines({ workloads, workloadCount }: AutoscaleReport, { paint, columns }: Terminal): string[] {
  const shown = workloads.slice(0, mostRows)
  const rows = shown.flatMap(({ workload, status, replicas, containers }) =>
    containers.map((container, at): (string | Cell)[] => {
      const { icon, colour } = faceOf(status)
      return [
        at === 0 ? { text: `${icon} ${status}`, paint: paint[colour] } : '',
        at === 0 ? { text: objectText(workload), paint: paint.bold } : '',
        at === 0 ? String(replicas) : '',
        container.container,
        useText(container, 'cpu'),
        useText(container, 'memory'),
      ]
    }),
  )
  const headings = [
    { heading: 'STATUS' },
    { heading: 'WORKLOAD', isFlexible: true },
    { heading: 'PODS', align: 'right' as const },
    { heading: 'CONTAINER', isFlexible: true },
    { heading: 'CPU p95' },
    { heading: 'MEMORY max' },
  ]
  const hidden = workloadCount - shown.length
  return [
    ...tableLines(headings, rows, columns, '  '),
    ...(hidden > 0 ? [`  … and ${hidden} more: -n shows a namespace, --json all of them`] : []),
  ]
}

/** `450m of 500m, 90 %`; a question mark where it was not measured. */
function useText({ use, requests }: AuditedContainer, resource: 'cpu' | 'memory'): string {
  const used = use === null ? null : resource === 'cpu' ? use.cpu.p95 : use.memory.max
  const asked = requests[resource]
  const of = `${used === null ? '?' : amountText(resource, used)} of ${asked === null ? 'nothing' : amountText(resource, asked)}`
  return used === null || asked === null || asked === 0 ? of : `${of}, ${Math.round((used / asked) * 100)} %`
}

const amountText = (resource: 'cpu' | 'memory', amount: number): string =>
  resource === 'cpu' ? `${Math.round(amount * 1_000)}m` : `${Math.round(amount / mebibyte)}Mi`

/** What scales and sizes them. */
export function autoscalerLines(report: AutoscaleReport, { paint, columns }: Terminal): string[] {
  const all = [
    ...report.autoscalers.map((each) => ({
      ...each,
      does: `${each.currentReplicas} pods, from ${each.minReplicas} to ${each.maxReplicas}`,
    })),
    ...(report.verticalAutoscalers ?? []).map((each) => ({
      ...each,
      does: `updateMode ${each.updateMode || 'not set'}`,
    })),
  ].toSorted((a, b) => rankOf(b.advice) - rankOf(a.advice))
  const rows = all.slice(0, mostRows).map(({ autoscaler, target, does, advice }) => {
    const state = worstOf(advice)
    const { icon, colour } = faceOf(state)
    return [
      { text: `${icon} ${state}`, paint: paint[colour] },
      { text: objectText(autoscaler), paint: paint.bold },
      `${target.kind} ${target.name}`,
      does,
    ]
  })
  const headings = [
    { heading: 'STATUS' },
    { heading: 'AUTOSCALER', isFlexible: true },
    { heading: 'OF', isFlexible: true },
    { heading: 'WHAT IT DOES' },
  ]
  const hidden = all.length - rows.length
  return [
    ...tableLines(headings, rows, columns, '  '),
    ...(hidden > 0 ? [`  … and ${hidden} more: -n shows a namespace, --json all of them`] : []),
  ]
}

const rankOf = (advice: readonly ScalingAdvice[]): number =>
  Math.max(-1, ...advice.map(({ severity }) => worst[severity]))

const worstOf = (advice: readonly ScalingAdvice[]): string =>
  (['critical', 'warning', 'info'] as const).find((each) => advice.some(({ severity }) => severity === each)) ??
  'healthy'
