import { openApi, type Api } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import { tableLines } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/text-width.ts'
import { counted, instantInWords, inWords } from '../terminal/words.ts'
import { byUrgency, commandsFor, isWorst, type Finding, type Truth } from './finding.ts'

/** It is audited each minute; an audit that is older says nothing of now. */
const holdsForMs = 300_000
const mostPages = 50

/** Tells where the public is told something else than what is known, worst first; with `past`, where it was. */
export async function showTruth(
  { terminal, env, dataDir, clock }: Session,
  options: { readonly past?: true; readonly json?: true },
): Promise<number> {
  const truth = await readTruth(await openApi(env, dataDir), options.past ? 'closed' : 'open')
  const nowMs = clock.now()
  const lines = options.json
    ? jsonLines(truth)
    : options.past
      ? pastLines(truth, terminal, nowMs)
      : openLines(truth, terminal, nowMs)
  for (const line of lines) terminal.print(line)
  if (options.past) return exitCodes.ok
  if (!isRecent(truth, nowMs)) return exitCodes.unknown
  return truth.items.length === 0 ? exitCodes.ok : exitCodes.degraded
}

/** All pages as one. */
async function readTruth(api: Api, state: 'open' | 'closed'): Promise<Truth> {
  const items: Finding[] = []
  let cursor: string | undefined
  for (let pages = 1; ; pages += 1) {
    const query = { state, limit: 200, cursor }
    const page = await api.call<Truth>({ path: '/api/v1/truth', query, trying: 'Reading the truth audit' })
    items.push(...page.items)
    cursor = page.nextCursor ?? undefined
    if (cursor === undefined || pages === mostPages) return { ...page, items }
  }
}

const jsonLines = ({ auditedAt, items }: Truth): string[] => [JSON.stringify({ auditedAt, items }, null, 2)]

const isRecent = ({ auditedAt }: Truth, nowMs: number): boolean =>
  auditedAt !== null && nowMs - Date.parse(auditedAt) <= holdsForMs

function openLines(truth: Truth, terminal: Terminal, nowMs: number): string[] {
  return [
    verdictLine(truth, terminal, nowMs),
    ...truth.items.toSorted(byUrgency).flatMap((finding) => blockLines(finding, terminal, nowMs)),
  ]
}

function verdictLine(truth: Truth, { paint }: Terminal, nowMs: number): string {
  const { auditedAt, items } = truth
  if (auditedAt === null) return paint.grey('? Nobody knows: what the public is told was not audited yet.')
  const ago = `${inWords(nowMs - Date.parse(auditedAt))} ago`
  if (!isRecent(truth, nowMs)) {
    const then = items.length === 0 ? 'Nothing was found then.' : 'What follows is from then.'
    return paint.grey(`? Nobody knows: what the public is told was last audited ${ago}. ${then}`)
  }
  if (items.length === 0) return `${paint.green('● The public is told what is known')}, audited ${ago}.`
  const found = paint.red(paint.bold(`✖ ${counted(items.length, 'difference')}`))
  return `${found} between what the public is told and what is known, audited ${ago}.`
}

function blockLines(finding: Finding, { paint, columns, program }: Terminal, nowMs: number): string[] {
  const { kind, summary, since } = finding
  const sinceMs = Date.parse(since)
  const [icon, colour] = isWorst(finding) ? (['✖', 'red'] as const) : (['▲', 'orange'] as const)
  const stand = `${icon} ${words(kind)}, for ${inWords(nowMs - sinceMs)} (since ${instantInWords(sinceMs, nowMs)})`
  return [
    '',
    ...paragraphLines(summary, columns).map((line) => paint.bold(line)),
    `  ${paint[colour](printable(stand))}`,
    ...commandsFor(finding).map((command) => paint.bold(printable(`  ${program} ${command}`))),
  ]
}

function pastLines({ items }: Truth, { paint, columns }: Terminal, nowMs: number): string[] {
  if (items.length === 0) return ['Nothing was found that is over.']
  const table = tableLines(
    [
      { heading: 'SINCE' },
      { heading: 'FOR', align: 'right' },
      { heading: 'WHAT' },
      { heading: 'SUMMARY', isFlexible: true },
    ],
    items.map(({ kind, summary, since, closedAt }) => [
      instantInWords(Date.parse(since), nowMs),
      inWords(Date.parse(closedAt ?? since) - Date.parse(since)),
      words(kind),
      summary,
    ]),
    columns,
  )
  return [paint.bold(`${counted(items.length, 'difference')} that ended, newest first`), '', ...table]
}

const words = (kind: string): string => kind.replaceAll('_', ' ')
