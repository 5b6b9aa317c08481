import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import { tableLines, type Cell } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { faceOf } from './faces.ts'
import type { NodesReport, ResourceUse } from './infra.ts'
import { onlyCluster } from './only-cluster.ts'

export interface NodesOptions {
  readonly cluster?: string
  readonly json?: true
}

const codes: Readonly<Record<NodesReport['clusterHealth'], number>> = {
  healthy: exitCodes.ok,
  warning: exitCodes.degraded,
  critical: exitCodes.outage,
  unknown: exitCodes.unknown,
}

/** Tells how the nodes of a cluster are, worst first. */
export async function showNodes({ terminal, env, dataDir }: Session, options: NodesOptions): Promise<number> {
  const api = await openApi(env, dataDir)
  const cluster = options.cluster ?? (await onlyCluster(api, 'nodes'))
  const report = await api.call<NodesReport>({
    path: `/api/v1/infra/clusters/${encodeURIComponent(cluster)}/nodes`,
    trying: 'Reading the nodes',
  })
  if (options.json) terminal.print(JSON.stringify(report, null, 2))
  else for (const line of reportLines(report, terminal)) terminal.print(line)
  return codes[report.clusterHealth]
}

function reportLines(
  { cluster, clusterHealth, nodeReports, recommendedActions }: NodesReport,
  terminal: Terminal,
): string[] {
  const { paint, columns } = terminal
  const { icon, colour } = faceOf(clusterHealth)
  const bad = nodeReports.filter(({ status }) => status !== 'healthy').length
  const verdict =
    bad === 0
      ? `All ${nodeReports.length} nodes of ${cluster} are well`
      : `${bad} of ${nodeReports.length} nodes of ${cluster} are not well`
  const rows = nodeReports.map((node): (string | Cell)[] => {
    const face = faceOf(node.status)
    return [
      { text: `${face.icon} ${node.status}`, paint: paint[face.colour] },
      { text: node.nodeName, paint: paint.bold },
      useCell(node.resourceUsage.cpu, paint),
      useCell(node.resourceUsage.memory, paint),
      useCell(node.diskUsage, paint),
      String(node.podCount),
      node.issues[0]?.description ?? node.unknown[0] ?? '',
    ]
  })
  return [
    paint[colour](paint.bold(`${icon} ${verdict}`)),
    '',
    ...tableLines(
      [
        { heading: 'STATE' },
        { heading: 'NODE', isFlexible: true },
        { heading: 'CPU', align: 'right' },
        { heading: 'MEMORY', align: 'right' },
        { heading: 'DISK', align: 'right' },
        { heading: 'PODS', align: 'right' },
        { heading: 'WHAT', isFlexible: true },
      ],
      rows,
      columns,
    ),
    ...(recommendedActions.length === 0 ? [] : ['', 'What to do:']),
    ...recommendedActions.slice(0, 10).flatMap((action) => paragraphLines(`- ${action}`, columns, '  ')),
  ]
}

function useCell({ ratio, status }: ResourceUse, paint: Terminal['paint']): Cell {
  return { text: ratio === null ? '?' : `${Math.round(ratio * 100)} %`, paint: paint[faceOf(status).colour] }
}
