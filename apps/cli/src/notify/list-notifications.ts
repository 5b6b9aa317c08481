import { openApi } from '../api/api.ts'
import type { Page } from '../api/list-all.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import type { Paint } from '../terminal/paint.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import { tableLines } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/text-width.ts'
import { counted, instantInWords } from '../terminal/words.ts'
import { hasFailed, notificationsPath, type Notification, type NotificationStateName } from './notification.ts'

export interface ListOptions {
  readonly state?: NotificationStateName
  readonly channel?: string
  readonly incident?: string
  readonly limit: number
  readonly json?: true
}

/** Lists what was sent where, newest first, with the last error of those that failed. */
export async function listNotifications(session: Session, options: ListOptions): Promise<number> {
  const { terminal, env, dataDir, clock } = session
  const { state, channel, incident, limit, json } = options
  const api = await openApi(env, dataDir)
  const page = await api.call<Page<Notification>>({
    path: notificationsPath,
    query: { limit, state, channel, incident },
    trying: 'Reading the notifications',
  })
  if (json) {
    terminal.print(JSON.stringify(page.items, null, 2))
    return exitCodes.ok
  }
  const isFiltered = [state, channel, incident].some((filter) => filter !== undefined)
  if (page.items.length === 0) terminal.print(isFiltered ? 'No notification matches.' : 'Nothing was sent yet.')
  else for (const line of listLines(page.items, terminal, clock.now())) terminal.print(line)
  if (page.nextCursor !== null) terminal.print(`\nThere are more: --limit ${Math.min(200, limit * 2)} shows them.`)
  return exitCodes.ok
}

function listLines(items: readonly Notification[], terminal: Terminal, nowMs: number): string[] {
  const { paint, program } = terminal
  const dead = items.filter(({ state }) => state === 'dead').length
  const [headings, ...rows] = rowLines(items, terminal, nowMs)
  return [
    verdictText(items, paint),
    '',
    headings!,
    ...items.flatMap((one, index) => [rows[index]!, ...detailLines(one, terminal, nowMs)]),
    ...(dead > 1 ? ['', 'Next:', paint.bold(`  ${program} notify retry --dead`)] : []),
  ]
}

function verdictText(items: readonly Notification[], paint: Paint): string {
  const dead = items.filter(({ state }) => state === 'dead').length
  const failing = items.filter(hasFailed).length - dead
  const parts = [
    ...(dead === 0 ? [] : [paint.red(`${dead} given up`)]),
    ...(failing === 0 ? [] : [paint.orange(`${failing} failing`)]),
  ]
  const [icon, colour] =
    dead > 0 ? (['✖ ', 'red'] as const) : failing > 0 ? (['▲ ', 'orange'] as const) : (['', 'green'] as const)
  return [paint[colour](icon) + paint.bold(`${counted(items.length, 'notification')}, newest first`), ...parts].join(
    ', ',
  )
}

function rowLines(items: readonly Notification[], { paint, columns }: Terminal, nowMs: number): string[] {
  return tableLines(
    [
      { heading: 'STATE' },
      { heading: 'WHEN' },
      { heading: 'CHANNEL', isFlexible: true },
      { heading: 'TITLE', isFlexible: true },
      { heading: 'TRIES', align: 'right', isOptional: true },
      { heading: 'TO', isFlexible: true, isOptional: true },
    ],
    items.map((one) => [
      faceOf(one, paint),
      instantInWords(Date.parse(one.createdAt), nowMs),
      one.channel,
      one.title,
      String(one.attempts),
      one.to ?? '',
    ]),
    columns,
  )
}

function faceOf(one: Notification, paint: Paint) {
  switch (one.state) {
    case 'delivered':
      return { text: '● delivered', paint: paint.green }
    case 'dead':
      return { text: '✖ dead', paint: paint.red }
    default:
      return hasFailed(one)
        ? { text: `▲ ${one.state}`, paint: paint.orange }
        : { text: `${one.state === 'queued' ? '◷' : '◐'} ${one.state}`, paint: paint.blue }
  }
}

/** Why the last attempt failed and what follows, and whether it may have arrived more than once. */
function detailLines(one: Notification, { paint, columns, program }: Terminal, nowMs: number): string[] {
  const isDead = one.state === 'dead'
  const why = hasFailed(one) || isDead ? paragraphLines(failureText(one, nowMs), columns, '    ') : []
  return [
    ...why.map(isDead ? paint.red : paint.orange),
    ...(one.isUncertain ? [paint.orange('    may repeat: an attempt may have arrived although nothing says so')] : []),
    ...(isDead ? [paint.bold(printable(`    ${program} notify retry ${one.id}`))] : []),
  ]
}

function failureText({ state, lastError, nextAttemptAt }: Notification, nowMs: number): string {
  const error = lastError ?? 'it was given up'
  if (state === 'dead' || nextAttemptAt === null) return error
  return `${error}; tried again at ${instantInWords(Date.parse(nextAttemptAt), nowMs)}`
}
