import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import { tableLines } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { counted } from '../terminal/words.ts'
import { faceOf } from './faces.ts'
import type { ObjectReference } from './infra.ts'

export interface WorkloadsOptions {
  readonly cluster?: string
  readonly namespace?: string
  readonly all?: true
  readonly json?: true
}

interface Workload extends ObjectReference {
  readonly status: 'critical' | 'warning' | 'unknown' | 'progressing' | 'healthy' | 'idle'
  readonly wanted: number
  readonly ready: number
  readonly images: readonly string[]
  readonly worst: { readonly reason: string; readonly summary: string } | null
}

interface Page {
  readonly items: readonly Workload[]
  readonly unseen: readonly { readonly what: string; readonly reason: string }[]
  readonly nextCursor: string | null
}

const trying = 'Reading the workloads'
/** Columns from which images fit beside what is wrong. */
const wide = 140
const icons: Readonly<Record<string, string>> = { progressing: '◌', idle: '○' }

/** Lists workloads, the worst first; those that are well only in short unless all are asked for. */
export async function listWorkloads({ terminal, env, dataDir }: Session, options: WorkloadsOptions): Promise<number> {
  const api = await openApi(env, dataDir)
  const items: Workload[] = []
  let unseen: Page['unseen'] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const query = { limit: '200', cluster: options.cluster, namespace: options.namespace, ...(cursor && { cursor }) }
    const page: Page = await api.call<Page>({ path: '/api/v1/infra/workloads', query, trying })
    items.push(...page.items)
    unseen = page.unseen
    cursor = page.nextCursor
  }
  if (options.json) terminal.print(JSON.stringify({ items, unseen }, null, 2))
  else for (const line of lines(items, unseen, options, terminal)) terminal.print(line)
  return codeOf(items, unseen)
}

const isWell = ({ status }: Workload): boolean => status === 'healthy' || status === 'idle' || status === 'progressing'

function codeOf(items: readonly Workload[], unseen: Page['unseen']): number {
  if (items.some(({ status }) => status === 'critical')) return exitCodes.outage
  if (items.some(({ status }) => status === 'warning')) return exitCodes.degraded
  return unseen.length > 0 ? exitCodes.unknown : exitCodes.ok
}

function lines(
  items: readonly Workload[],
  unseen: Page['unseen'],
  { namespace, all }: WorkloadsOptions,
  { paint, columns, program }: Terminal,
): readonly string[] {
  const bad = items.filter((item) => !isWell(item))
  const verdict = verdictOf(items.length, bad.length, unseen.length > 0, namespace)
  const shown = all || bad.length === 0 ? items : bad
  const hasImages = bad.length === 0 || columns >= wide
  const rows = shown.map(({ status, kind, namespace: of, name, wanted, ready, images, worst }) => {
    const { icon, colour } = faceOf(status)
    const cells = [
      { text: `${icons[status] ?? icon} ${status}`, paint: paint[colour] },
      kind,
      `${of}/${name}`,
      status === 'idle' ? '–' : `${ready}/${wanted}`,
      worst?.summary ?? '',
    ]
    return hasImages ? [...cells, { text: images.join(', '), paint: paint.dim }] : cells
  })
  const headings = [
    ...[{ heading: 'STATE' }, { heading: 'KIND' }, { heading: 'WORKLOAD', isFlexible: true }],
    { heading: 'READY', align: 'right' as const },
    { heading: 'WHAT', isFlexible: true },
    ...(hasImages ? [{ heading: 'IMAGES', isFlexible: true, isOptional: true }] : []),
  ]
  const well = items.length - shown.length
  return [
    paint[verdict.colour](paint.bold(`${verdict.icon} ${verdict.says}`)),
    ...(shown.length === 0 ? [] : ['', ...tableLines(headings, rows, columns)]),
    ...(well > 0 ? ['', `${well} more ${well === 1 ? 'is' : 'are'} well; --all shows them.`] : []),
    ...(unseen.length === 0 ? [] : ['', paint.bold('Could not be seen')]),
    ...unseen.flatMap(({ what, reason }) => paragraphLines(`${what}: ${reason}`, columns, '  ')),
    ...(bad.length === 0
      ? []
      : [
          '',
          'Next:',
          paint.bold(`  ${program} why ${bad[0]!.namespace}/${bad[0]!.kind.toLowerCase()}/${bad[0]!.name}`),
        ]),
  ]
}

/** What could not be seen may be bad: nothing is called well beside it. */
function verdictOf(
  all: number,
  bad: number,
  isUnseen: boolean,
  namespace: string | undefined,
): ReturnType<typeof faceOf> & { readonly says: string } {
  const where = namespace === undefined ? '' : ` in ${namespace}`
  const of = `${counted(all, 'workload')}${where}`
  if (bad > 0) return { ...faceOf('critical'), says: `${bad} of ${of} ${bad === 1 ? 'is' : 'are'} not well` }
  if (isUnseen) return { ...faceOf('unknown'), says: `Not all could be seen; nothing is found wrong with ${of}` }
  if (all === 0) return { ...faceOf('info'), says: `No workload${where}` }
  return { ...faceOf('healthy'), says: `${of}, nothing found wrong` }
}
