import { openApi } from '../api/api.ts'
import { listAll } from '../api/list-all.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import { tableLines, type Cell } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
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
  const unseen = await unseenClusters(api, cluster)
  if (options.json) terminal.print(JSON.stringify(items, null, 2))
  else for (const line of lines(items, unseen, { ...terminal, nowMs: clock.now() })) terminal.print(line)
  if (unseen.length > 0) return exitCodes.unknown
  return items.some((finding) => finding.severity === 'critical') ? exitCodes.outage : exitCodes.ok
}

interface Cluster {
  readonly name: string
  readonly state: string
  readonly problems: readonly { readonly state: string; readonly reason: string }[]
}

/** Clusters of which what is found is what was found when they were last seen, each with why. */
async function unseenClusters(
  api: Awaited<ReturnType<typeof openApi>>,
  only: string | undefined,
): Promise<readonly string[]> {
  const { items } = await api.call<{ items: readonly Cluster[] }>({
    path: '/api/v1/infra/clusters',
    trying: 'Reading the clusters',
  })
  return items
    .filter(({ name, state }) => (only === undefined || name === only) && state !== 'fresh')
    .map(({ name, state, problems }) => {
      const why = problems.find((problem) => problem.state === 'stale')?.reason ?? problems[0]?.reason
      return `${name} ${state === 'reading' ? 'is being read' : 'cannot be seen now'}${why === undefined ? '' : `: ${why}`}`
    })
}

interface Output extends Pick<Terminal, 'paint' | 'columns' | 'program'> {
  readonly nowMs: number
}

function lines(items: readonly Finding[], unseen: readonly string[], output: Output): readonly string[] {
  const { paint, columns } = output
  const count = (severity: string): number => items.filter((finding) => finding.severity === severity).length
  const counts = ['critical', 'warning', 'info'].flatMap((name) => (count(name) > 0 ? [`${count(name)} ${name}`] : []))
  const muted = items.filter(({ mutedUntil }) => mutedUntil !== null).length
  const said = counts.length === 0 ? 'Nothing is wrong in what can be seen' : counts.join(', ')
  const of = count('critical') > 0 ? 'critical' : count('warning') > 0 ? 'warning' : 'healthy'
  const face = faceOf(unseen.length > 0 ? 'unknown' : of)
  const verdict = `${face.icon} ${said}${muted > 0 ? ` (${muted} muted)` : ''}${unseen.length > 0 ? ', as last seen' : ''}`
  return [
    paint[face.colour](paint.bold(verdict)),
    ...unseen.flatMap((each) => paragraphLines(each, columns, '  ')),
    ...(items.length === 0 ? [] : ['', ...rowsOf(items, output)]),
    ...(items.some(({ mutedUntil }) => mutedUntil === null)
      ? ['', `To keep one quiet: POST /api/v1/infra/findings/{id}/mute, with the id that --json shows.`]
      : []),
  ]
}

/** Of each object together, the worst first. */
function rowsOf(items: readonly Finding[], { paint, columns, nowMs }: Output): readonly string[] {
  const byObject = Map.groupBy(items, ({ object }) => objectText(object))
  const rows = [...byObject.values()].flat().map((finding): (string | Cell)[] => {
    const { icon, colour } = faceOf(finding.severity)
    return [
      { text: icon, paint: paint[colour] },
      { text: objectText(finding.object), paint: paint.bold },
      `${finding.mutedUntil === null ? '' : '(muted) '}${finding.summary}`,
      inWords(nowMs - Date.parse(finding.firstSeenAt)),
      { text: finding.reason, paint: paint.dim },
    ]
  })
  const headings = [
    { heading: '' },
    { heading: 'OBJECT', isFlexible: true },
    { heading: 'WHAT', isFlexible: true },
    { heading: 'FOR', align: 'right' as const },
    { heading: 'REASON', isOptional: true },
  ]
  return tableLines(headings, rows, columns)
}
