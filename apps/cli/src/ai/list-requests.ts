import { openApi } from '../api/api.ts'
import type { Page } from '../api/list-all.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import { tableLines, type Cell } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable, wrapped } from '../terminal/text-width.ts'
import { counted, instantInWords, inWords } from '../terminal/words.ts'
import { problemText } from './faces.ts'
import {
  requestsPath,
  requestStateNames,
  stateFace,
  type QueuedRequest,
  type RequestStateName,
} from './queued-request.ts'

export interface QueueOptions {
  readonly state?: RequestStateName
  readonly limit: number
  readonly json?: true
}

interface Listed extends Page<QueuedRequest> {
  readonly queue: { readonly open: boolean; readonly problem: string | null }
  readonly counts: Readonly<Record<RequestStateName, number>>
}

/** Tells whether the queue takes requests, and lists those that it holds, newest first. */
export async function listRequests(session: Session, { state, limit, json }: QueueOptions): Promise<number> {
  const { terminal, env, dataDir, clock } = session
  const api = await openApi(env, dataDir)
  const listed = await api.call<Listed>({
    path: requestsPath,
    query: { state, limit },
    trying: 'Reading the queue of AI requests',
  })
  if (json) {
    terminal.print(JSON.stringify(listed, null, 2))
    return exitCodes.ok
  }
  for (const line of [...verdictLines(listed, terminal), ...countLines(listed, terminal)]) terminal.print(line)
  if (listed.items.length === 0) terminal.print(state === undefined ? '\nIt is empty.' : `\nNone is ${state}.`)
  else for (const line of requestLines(listed.items, terminal, clock.now())) terminal.print(line)
  if (listed.nextCursor !== null) terminal.print(`\nThere are more: --limit ${Math.min(200, limit * 2)} shows them.`)
  return exitCodes.ok
}

function verdictLines({ queue, counts }: Listed, { paint, columns }: Terminal): string[] {
  if (!queue.open) {
    const text = `✖ The queue takes no requests: ${queue.problem ?? 'it does not say why'}`
    return paragraphLines(text, columns).map((line) => paint.red(paint.bold(line)))
  }
  const waiting = counts.pending + counts.running
  const wait = waiting === 0 ? 'nothing waits' : `${counted(waiting, 'request')} ${waiting === 1 ? 'waits' : 'wait'}`
  return [`${paint.green(paint.bold('● The queue takes requests'))}, ${wait}`]
}

function countLines({ counts }: Listed, { paint, columns }: Terminal): string[] {
  const told = requestStateNames.map((state) => `${counts[state]} ${state}`)
  return wrapped(told, ', ', columns).map(paint.dim)
}

function requestLines(items: readonly QueuedRequest[], terminal: Terminal, nowMs: number): string[] {
  const { paint, columns, program } = terminal
  const [headings, ...rows] = tableLines(
    [
      { heading: 'STATE' },
      { heading: 'TRIES', align: 'right' },
      { heading: 'NEXT' },
      { heading: 'MODEL', isFlexible: true },
      { heading: 'KEY', isFlexible: true, isOptional: true },
      { heading: 'MADE', isOptional: true },
    ],
    items.map((one): (string | Cell)[] => [
      stateFace(one.state, paint),
      String(one.attempts),
      nextText(one, nowMs),
      { text: one.model, paint: paint.bold },
      one.key,
      { text: instantInWords(Date.parse(one.createdAt), nowMs), paint: paint.dim },
    ]),
    columns,
  )
  const shown = items.find(({ state }) => state === 'failed' || state === 'uncertain') ?? items[0]!
  return [
    '',
    headings!,
    ...items.flatMap((one, index) => [rows[index]!, ...detailLines(one, terminal)]),
    ...['', 'Next:', paint.bold(printable(`  ${program} ai queue show ${shown.id}`))],
  ]
}

function nextText({ state, nextAttemptAt }: QueuedRequest, nowMs: number): string {
  if (state === 'running') return 'now'
  if (nextAttemptAt === null) return '–'
  const inMs = Date.parse(nextAttemptAt) - nowMs
  return inMs > 0 ? `in ${inWords(inMs)}` : 'due'
}

/** Its id, and what went wrong last, which is no matter once it succeeded. */
function detailLines({ id, state, lastProblem }: QueuedRequest, { paint, columns }: Terminal): string[] {
  const problem =
    lastProblem === null || state === 'succeeded' ? [] : paragraphLines(problemText(lastProblem), columns, '    ')
  return [
    ...(state === 'uncertain' ? [paint.orange('    whether an attempt was answered is not known')] : []),
    ...problem.map(state === 'failed' ? paint.red : paint.orange),
    paint.dim(`    ${id}`),
  ]
}
