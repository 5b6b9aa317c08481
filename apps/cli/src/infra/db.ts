import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import { tableLines } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/text-width.ts'
import { counted, instantInWords } from '../terminal/words.ts'
import type {
  DatabaseChanges,
  DatabaseFinding,
  DatabaseReport,
  DatabaseTable,
  ListedDatabase,
  TopicReport,
} from './db-report.ts'
import { valueText } from './db-values.ts'
import { faceOf } from './faces.ts'
import type { ObjectReference } from './infra.ts'

export interface DbOptions {
  readonly json?: true
}

const codes = {
  ...{ healthy: exitCodes.ok, warning: exitCodes.degraded, critical: exitCodes.degraded, unknown: exitCodes.unknown },
} as const
const mostRows = 20
const rank = { critical: 0, warning: 1, info: 2 } as const
const path = '/api/v1/infra/databases'

/** Tells how a database is, all of it or one topic; without a name, which there are. */
export async function showDb(
  { terminal, env, dataDir, clock }: Session,
  name: string | undefined,
  topic: string | undefined,
  options: DbOptions,
): Promise<number> {
  const api = await openApi(env, dataDir)
  if (name === undefined) {
    const { items } = await api.call<{ items: readonly ListedDatabase[] }>({ path, trying: 'Reading the databases' })
    for (const line of options.json ? [JSON.stringify(items, null, 2)] : listLines(items, terminal))
      terminal.print(line)
    return exitCodes.ok
  }
  const report = await api.call<DatabaseReport>({
    path: [path, name, ...(topic === undefined ? [] : [topic])]
      .map((part, at) => (at === 0 ? part : encodeURIComponent(part)))
      .join('/'),
    trying: `Reading the database ${name}`,
  })
  if (options.json) terminal.print(JSON.stringify(report, null, 2))
  else for (const line of reportLines(report, topic, terminal, clock.now())) terminal.print(line)
  return codes[report.status]
}

function listLines(items: readonly ListedDatabase[], { columns, paint, program }: Terminal): string[] {
  if (items.length === 0) return ['No database is configured: name them under databases: in akashic.yaml.']
  const rows = items.map(({ name, kind, host, port, database, user }) => [
    { text: name, paint: paint.bold },
    kind,
    `${host}:${port}`,
    database,
    user,
  ])
  const headings = [
    { heading: 'NAME' },
    { heading: 'KIND' },
    { heading: 'SERVER', isFlexible: true },
    { heading: 'DATABASE', isFlexible: true },
    { heading: 'USER' },
  ]
  return [...tableLines(headings, rows, columns), '', `${program} db ${items[0]!.name}`]
}

const isTrouble = ({ severity }: DatabaseFinding): boolean => severity !== 'info'

function reportLines(report: DatabaseReport, topic: string | undefined, terminal: Terminal, nowMs: number): string[] {
  const { paint, columns, program } = terminal
  const { icon, colour } = faceOf(report.status)
  const findings = [...report.findings, ...report.topics.flatMap((each) => each.findings)].toSorted(
    (a, b) => rank[a.severity] - rank[b.severity],
  )
  const notes = findings.filter((finding) => !isTrouble(finding))
  const isReached = report.reachability.state === 'reachable'
  const tables = topic === undefined ? [] : report.topics.flatMap((each) => each.tables)
  return [
    paint[colour](paint.bold(`${icon} ${verdictOf(report, findings)}`)),
    paint.grey(`  ${report.reachability.says}`),
    ...findings.filter(isTrouble).flatMap((finding) => findingLines(finding, true, terminal)),
    ...(notes.length > 0 && topic === undefined ? [''] : []),
    ...notes.flatMap((finding) => findingLines(finding, topic !== undefined, terminal)),
    ...(topic === undefined && isReached ? topicLines(report.topics, terminal) : []),
    ...(topic === undefined ? [...changeLines(report, terminal, nowMs), ...trendLines(report, terminal, nowMs)] : []),
    ...tables.flatMap((table) => sectionLines(table, terminal, nowMs)),
    ...(isReached ? unknownLines(report.topics, terminal) : []),
    ...(topic === undefined && isReached
      ? ['', ...paragraphLines(`More of one topic: ${program} db ${report.database} TOPIC`, columns)]
      : []),
  ]
}

function verdictOf(
  { database, status, topics, reachability }: DatabaseReport,
  findings: readonly DatabaseFinding[],
): string {
  if (reachability.state !== 'reachable') return `Database ${database} cannot be used`
  const bad = findings.filter(isTrouble).length
  if (bad > 0) return `${counted(bad, 'thing')} ${bad === 1 ? 'is' : 'are'} wrong with database ${database}`
  if (status === 'unknown') return `Nothing is known to be wrong with database ${database}, and not all of it was seen`
  const [only] = topics
  return topics.length === 1 && only && only.says !== ''
    ? `Database ${database}: ${only.says}`
    : `Database ${database} is well`
}

/** What is wrong, and what to do about it in order. Of what is only worth knowing that comes with its topic. */
function findingLines(
  { severity, object, summary, remedies }: DatabaseFinding,
  isWhole: boolean,
  { paint, columns }: Terminal,
): string[] {
  const { icon, colour } = faceOf(severity)
  const what = object.kind === 'Database' || object.kind === 'Session' ? '' : `${object.kind} ${object.name}: `
  const told = paragraphLines(`${icon} ${what}${summary}`, columns, '  ').map((line) => paint[colour](line))
  if (!isWhole) return told
  return [
    '',
    ...told,
    ...remedies.flatMap(({ title, command, undo, isDestructive }, at) => [
      ...paragraphLines(`${at + 1}. ${title}${isDestructive ? dangerText(undo) : ''}`, columns, '     '),
      ...(command === null ? [] : [`        ${printable(command)}`]),
    ]),
  ]
}

const dangerText = (undo: string | null): string => (undo === null ? ' (cannot be undone)' : ' (destructive)')

function topicLines(topics: readonly TopicReport[], { paint, columns }: Terminal): string[] {
  const rows = topics.map(({ topic, status, says, findings, unknown }) => {
    const { icon, colour } = faceOf(status)
    const bad = findings.filter(isTrouble).length
    return [
      { text: `${icon} ${topic}`, paint: paint[colour] },
      says === '' ? (unknown[0]?.reason ?? '') : says,
      bad === 0 ? '' : counted(bad, 'finding'),
    ]
  })
  return [
    '',
    ...tableLines(
      [{ heading: 'TOPIC' }, { heading: 'HOW IT IS', isFlexible: true }, { heading: 'WRONG' }],
      rows,
      columns,
    ),
  ]
}

function changeLines({ changes, rollout }: DatabaseReport, { columns }: Terminal, nowMs: number): string[] {
  const told = (what: DatabaseChanges | null, since: (instant: string) => string): string[] => {
    if (what === null || what.items.length === 0) return []
    const title = since(instantInWords(Date.parse(what.since), nowMs))
    const lines = what.items.flatMap((each) => paragraphLines(`${each.what}: ${each.says}`, columns, '  '))
    return ['', ...paragraphLines(`Changed since ${title}:`, columns), ...lines]
  }
  return [
    ...told(changes, (instant) => instant),
    ...(rollout ? told(rollout.changes, (instant) => `${objectText(rollout.object)} was rolled out, ${instant}`) : []),
  ]
}

/** What is older is told with its time. */
const freshMs = 90_000

/** Levels that are other than they were, by how much they grow. */
function trendLines({ trend }: DatabaseReport, { columns }: Terminal, nowMs: number): string[] {
  const items = trend?.items.filter(({ first, now }) => first !== now) ?? []
  if (!trend || items.length === 0) return []
  const lines = items.flatMap(({ what, unit, first, now, at, most, perDay }) => {
    const measured = nowMs - Date.parse(at) > freshMs ? `, measured ${instantInWords(Date.parse(at), nowMs)}` : ''
    const text = (value: number): string => valueText(Math.round(value), unit, nowMs)
    const grows =
      perDay === null || Math.round(perDay) === 0
        ? ''
        : `, ${perDay < 0 ? 'less by' : 'more by'} ${text(Math.abs(perDay))} a day`
    return paragraphLines(
      `${what}: ${text(now)}${measured}; it was ${text(first)}, at most ${text(most)}${grows}`,
      columns,
      '  ',
    )
  })
  return ['', `Since ${instantInWords(Date.parse(trend.since), nowMs)}:`, ...lines]
}

const objectText = ({ kind, namespace, name }: ObjectReference): string => `${kind} ${namespace}/${name}`

function sectionLines({ title, columns: shown, rows }: DatabaseTable, { columns }: Terminal, nowMs: number): string[] {
  if (rows.length === 0) return []
  const cells = rows.slice(0, mostRows).map((row) => shown.map(({ key, unit }) => valueText(row[key], unit, nowMs)))
  const headings = shown.map(({ heading, unit }) =>
    unit === 'text' ? { heading, isFlexible: true } : { heading, align: 'right' as const, isOptional: true },
  )
  const hidden = rows.length - cells.length
  return [
    '',
    `${title}:`,
    ...tableLines(headings, cells, columns, '  '),
    ...(hidden > 0 ? [`  … and ${hidden} more: --json shows all of them`] : []),
  ]
}

function unknownLines(topics: readonly TopicReport[], { paint, columns }: Terminal): string[] {
  const { colour } = faceOf('unknown')
  const all = topics.flatMap(({ unknown }) => unknown)
  if (all.length === 0) return []
  return [
    '',
    ...all.flatMap(({ what, reason, howToGet }) => [
      ...paragraphLines(`? Unknown: ${what} (${reason})`, columns, '  ').map((line) => paint[colour](line)),
      ...(howToGet === null ? [] : paragraphLines(`to get it: ${howToGet}`, columns, '      ')),
    ]),
  ]
}
