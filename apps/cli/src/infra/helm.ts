import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import { tableLines, type Cell } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { faceOf } from './faces.ts'
import { objectText, type ObjectReference } from './infra.ts'

export interface HelmOptions {
  readonly cluster?: string
  readonly namespace?: string
  readonly json?: true
}

interface Release {
  readonly namespace: string
  readonly name: string
  readonly revision: number
  readonly status: string
  readonly updatedAt: string | null
}

interface Releases {
  readonly items: readonly Release[]
  readonly unread: readonly { readonly namespace: string; readonly reason: string }[]
}

interface Report extends Release {
  readonly chart: string
  readonly appVersion: string
  readonly description: string
  readonly history: readonly (Release & { readonly chart: string; readonly description: string })[]
  readonly values: unknown
  readonly objects: readonly {
    readonly object: ObjectReference
    readonly state: string
    readonly reason: string
    readonly fields: readonly { readonly path: string; readonly before: string | null; readonly after: string | null }[]
  }[]
}

const faceOfStatus = (status: string): string =>
  status === 'deployed' || status === 'superseded'
    ? 'healthy'
    : status.startsWith('pending')
      ? 'warning'
      : status === 'failed'
        ? 'critical'
        : 'unknown'

const shortTime = (at: string | null): string => at?.slice(0, 16).replace('T', ' ') ?? '?'

/** Lists Helm's releases. */
export async function listReleases({ terminal, env, dataDir }: Session, options: HelmOptions): Promise<number> {
  const api = await openApi(env, dataDir)
  const { cluster, namespace } = options
  const trying = "Reading Helm's releases"
  const { items, unread } = await api.call<Releases>({
    path: '/api/v1/infra/helm/releases',
    query: { cluster, namespace },
    trying,
  })
  const { paint, columns } = terminal
  if (options.json) terminal.print(JSON.stringify({ items, unread }, null, 2))
  else {
    const rows = items.map((each): (string | Cell)[] => {
      const { icon, colour } = faceOf(faceOfStatus(each.status))
      return [
        { text: `${icon} ${each.status}`, paint: paint[colour] },
        { text: `${each.namespace}/${each.name}`, paint: paint.bold },
        String(each.revision),
        shortTime(each.updatedAt),
      ]
    })
    const headings = [
      { heading: 'STATUS' },
      { heading: 'RELEASE', isFlexible: true },
      { heading: 'REVISION', align: 'right' as const },
      { heading: 'UPDATED (UTC)' },
    ]
    if (rows.length > 0) for (const line of tableLines(headings, rows, columns)) terminal.print(line)
    else if (unread.length === 0) terminal.print('There is no release.')
    for (const each of unread)
      for (const line of paragraphLines(`? ${each.namespace || 'releases'} unknown: ${each.reason}`, columns))
        terminal.print(paint.grey(line))
  }
  return items.length === 0 && unread.length > 0 ? exitCodes.unknown : exitCodes.ok
}

/** Shows one release: history, what differs from the cluster, and its values without secrets. */
export async function showRelease(
  { terminal, env, dataDir }: Session,
  name: string,
  options: HelmOptions,
): Promise<number> {
  const api = await openApi(env, dataDir)
  const path = `/api/v1/infra/helm/releases/${encodeURIComponent(options.namespace ?? 'default')}/${encodeURIComponent(name)}`
  const report = await api.call<Report>({ path, query: { cluster: options.cluster }, trying: 'Reading the release' })
  if (options.json) terminal.print(JSON.stringify(report, null, 2))
  else for (const line of reportLines(report, terminal)) terminal.print(line)
  return faceOfStatus(report.status) === 'healthy' ? exitCodes.ok : exitCodes.degraded
}

function reportLines(
  { namespace, name, revision, status, chart, description, history, objects, values }: Report,
  { paint, columns }: Terminal,
): string[] {
  const { icon, colour } = faceOf(faceOfStatus(status))
  const drifted = objects.filter(({ state }) => state !== 'same')
  const rows = history.map((each) => [
    String(each.revision),
    each.status,
    shortTime(each.updatedAt),
    each.chart,
    each.description,
  ])
  return [
    paint[colour](paint.bold(`${icon} ${namespace}/${name} revision ${revision} is ${status}`)) + `  ${chart}`,
    ...paragraphLines(description, columns, '  '),
    '',
    ...tableLines(
      [
        { heading: 'REVISION' },
        { heading: 'STATUS' },
        { heading: 'UPDATED (UTC)' },
        { heading: 'CHART' },
        { heading: 'WHAT', isFlexible: true },
      ],
      rows,
      columns,
    ),
    '',
    paint.bold(
      drifted.length === 0
        ? `All ${objects.length} objects are as the release says`
        : `${drifted.length} of ${objects.length} objects are not as the release says`,
    ),
    ...drifted.flatMap(({ object, state, reason, fields }) => [
      `  ${objectText(object)}: ${state}${reason === '' ? '' : `, ${reason}`}`,
      ...fields
        .slice(0, 5)
        .flatMap(({ path, before, after }) =>
          paragraphLines(`${path}: ${before ?? 'absent'} -> ${after ?? 'absent'}`, columns, '    '),
        ),
    ]),
    '',
    paint.bold('Values'),
    ...JSON.stringify(values, null, 2)
      .split('\n')
      .map((line) => `  ${line}`),
  ]
}
