import { openApi } from '../api/api.ts'
import type { Page } from '../api/list-all.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { tableLines, type Cell } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { responseTimeInWords } from '../terminal/words.ts'
import { healthFace } from './faces.ts'
import { byUrgency, type Circuit, type Provider } from './health-report.ts'
import { compact, limitColour, limitCounts } from './limit-words.ts'

/** Lists the AI providers, worst first. */
export async function listProviders(
  { terminal, env, dataDir }: Session,
  options: { readonly json?: true },
): Promise<number> {
  const api = await openApi(env, dataDir)
  const { items } = await api.call<Page<Provider>>({
    path: '/api/v1/ai/providers',
    trying: 'Reading the AI providers',
  })
  if (options.json) terminal.print(JSON.stringify(items, null, 2))
  else if (items.length === 0) terminal.print('No AI provider is configured: name them under ai.providers.')
  else for (const line of listLines(items, terminal)) terminal.print(line)
  return exitCodes.ok
}

function listLines(items: readonly Provider[], { paint, columns }: Terminal): string[] {
  const rows = items.toSorted(byUrgency).map((one): (string | Cell)[] => {
    const { icon, colour } = healthFace(one.overall)
    const { requestsPerMinute, tokensPerMinute } = one.rateLimitStatus
    const { latencyMs } = one.apiConnectivity
    return [
      { text: `${icon} ${one.overall}`, paint: paint[colour] },
      { text: one.name, paint: paint.bold },
      one.kind,
      latencyMs === null ? '–' : responseTimeInWords(latencyMs),
      { text: limitCounts(requestsPerMinute, compact) || '–', paint: paint[limitColour(requestsPerMinute)] },
      { text: limitCounts(tokensPerMinute, compact) || '–', paint: paint[limitColour(tokensPerMinute)] },
      circuitsCell(one.circuits, paint),
    ]
  })
  return tableLines(
    [
      { heading: 'STATE' },
      { heading: 'PROVIDER', isFlexible: true },
      { heading: 'KIND', isOptional: true },
      { heading: 'LATENCY', align: 'right' },
      { heading: 'REQ/MIN', align: 'right' },
      { heading: 'TOKENS/MIN', align: 'right' },
      { heading: 'CIRCUITS', isFlexible: true },
    ],
    rows,
    columns,
  )
}

function circuitsCell(circuits: readonly Circuit[], paint: Terminal['paint']): Cell {
  const count = (state: Circuit['state']): number => circuits.filter((one) => one.state === state).length
  const [open, trying] = [count('open'), count('half_open')]
  if (open + trying === 0) return { text: 'closed', paint: paint.dim }
  const told = [open > 0 ? [`${open} open`] : [], trying > 0 ? [`${trying} on trial`] : []].flat()
  return { text: told.join(', '), paint: open > 0 ? paint.red : paint.orange }
}
