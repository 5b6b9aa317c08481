import { openApi, type Api } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import { parseWhen } from '../parse-when.ts'
import type { Session } from '../session.ts'
import { tableLines } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/text-width.ts'
import { counted, inWords } from '../terminal/words.ts'
import { localTime } from './local-time.ts'
import type { Items, Shift } from './on-call.ts'

export interface ShiftsOptions {
  readonly from?: string
  readonly to?: string
  readonly json?: true
}

const spanMs = 14 * 86_400_000

/** Tells the shifts of a schedule, two weeks from now unless told otherwise. */
export async function showShifts(session: Session, schedule: string, options: ShiftsOptions): Promise<number> {
  const { terminal, env, dataDir, clock } = session
  const from = options.from === undefined ? new Date(clock.now()).toISOString() : parseWhen(options.from, clock.now())
  const to =
    options.to === undefined ? new Date(Date.parse(from) + spanMs).toISOString() : parseWhen(options.to, clock.now())
  const api = await openApi(env, dataDir)
  const { items } = await api.call<Items<Shift>>({
    path: `/api/v1/oncall/schedules/${encodeURIComponent(schedule)}/shifts`,
    query: { from, to },
    trying: `Reading the shifts of ${schedule}`,
  })
  if (options.json) {
    terminal.print(JSON.stringify(items, null, 2))
    return exitCodes.ok
  }
  const lines = shiftLines(schedule, items, await zoneOf(api, schedule), terminal, clock.now())
  for (const line of lines) terminal.print(line)
  return exitCodes.ok
}

async function zoneOf(api: Api, schedule: string): Promise<string> {
  const { items } = await api.call<Items<{ readonly name: string; readonly timeZone: string }>>({
    path: '/api/v1/oncall/schedules',
    trying: 'Reading the schedules',
  })
  return items.find(({ name }) => name === schedule)?.timeZone ?? 'UTC'
}

function shiftLines(
  schedule: string,
  shifts: readonly Shift[],
  timeZone: string,
  { paint, columns }: Terminal,
  nowMs: number,
): string[] {
  const gaps = shifts.filter(({ person }) => person === null)
  const gapMs = gaps.reduce((sum, { start, end }) => sum + Date.parse(end) - Date.parse(start), 0)
  const title = paint.bold(printable(`${schedule}: ${counted(shifts.length, 'shift')}`))
  const verdict =
    gaps.length === 0
      ? paint.green('● always somebody')
      : paint.red(`✖ nobody for ${inWords(gapMs)} in ${counted(gaps.length, 'gap')}`)
  const isUtc = timeZone === 'UTC'
  const table = tableLines(
    [
      {},
      { heading: 'FROM' },
      { heading: 'TO' },
      { heading: 'WHO', isFlexible: true },
      { heading: 'FOR', align: 'right', isOptional: true },
      { heading: 'FROM (UTC)', isOptional: true },
      {},
    ],
    shifts.map(({ person, start, end, because }) => [
      isNow(start, end, nowMs) ? '▶' : '',
      localTime(Date.parse(start), timeZone),
      localTime(Date.parse(end), timeZone),
      person === null ? { text: '✖ nobody', paint: paint.red } : { text: person.name, paint: paint.bold },
      inWords(Date.parse(end) - Date.parse(start)),
      isUtc ? '' : localTime(Date.parse(start), 'UTC').slice(4),
      { text: because === 'override' ? 'override' : '', paint: paint.blue },
    ]),
    columns,
  )
  return [`${title}, ${verdict}`, paint.dim(printable(`Times of ${timeZone}`)), '', ...table]
}

const isNow = (start: string, end: string, nowMs: number): boolean =>
  Date.parse(start) <= nowMs && nowMs < Date.parse(end)
