import { openApi } from '../api/api.ts'
import { listAll } from '../api/list-all.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { tableLines, type Cell } from '../terminal/table.ts'
import { inWords } from '../terminal/words.ts'
import { faceOf } from './faces.ts'
import { objectText, type Finding } from './infra.ts'

export interface FindingsOptions {
  readonly cluster?: string
  readonly namespace?: string
  readonly severity?: string
  readonly muted?: true
  readonly json?: true
}

/** Lists what is wrong in clusters, worst first. */
export async function listFindings(
  { terminal, env, dataDir, clock }: Session,
  options: FindingsOptions,
): Promise<number> {
  const api = await openApi(env, dataDir)
  const { muted, cluster, namespace, severity } = options
  const filters = Object.entries({ cluster, namespace, severity, muted: muted && 'true' })
  const query = new URLSearchParams(
    filters.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as [string, string]])),
  )
  const items = await listAll<Finding>(api, `/api/v1/infra/findings?${query.toString()}`, 'Reading the findings')
  const { paint, columns } = terminal
  if (options.json) terminal.print(JSON.stringify(items, null, 2))
  else if (items.length === 0) terminal.print('Nothing is wrong in what can be seen.')
  else {
    const rows = items.map((finding): (string | Cell)[] => {
      const { icon, colour } = faceOf(finding.severity)
      return [
        { text: `${icon} ${finding.severity}`, paint: paint[colour] },
        { text: objectText(finding.object), paint: paint.bold },
        finding.reason,
        inWords(clock.now() - Date.parse(finding.firstSeenAt)),
        finding.summary,
      ]
    })
    const headings = [
      { heading: 'SEVERITY' },
      { heading: 'OBJECT', isFlexible: true },
      { heading: 'REASON' },
      { heading: 'FOR', align: 'right' as const },
      { heading: 'WHAT', isFlexible: true },
    ]
    for (const line of tableLines(headings, rows, columns)) terminal.print(line)
  }
  return items.some((finding) => finding.severity === 'critical') ? exitCodes.outage : exitCodes.ok
}
