import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import { parseWhen } from '../parse-when.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/text-width.ts'
import { counted, instantInWords, inWords } from '../terminal/words.ts'
import { localAndUtc } from './local-time.ts'
import type { Items, OnCall, Shift } from './on-call.ts'

/** The server looks this far ahead, less what clocks may differ by. */
const horizonMs = 35 * 86_400_000 - 120_000

/** Tells who is on call in each schedule, those without anybody first. Exit code 3 when a schedule has nobody. */
export async function showNow(
  { terminal, env, dataDir, clock }: Session,
  options: { readonly at?: string; readonly json?: true },
): Promise<number> {
  const at = options.at === undefined ? undefined : parseWhen(options.at, clock.now())
  const api = await openApi(env, dataDir)
  const { items } = await api.call<Items<OnCall>>({
    path: '/api/v1/oncall/now',
    query: { at },
    trying: 'Reading who is on call',
  })
  if (options.json) terminal.print(JSON.stringify(items, null, 2))
  else for (const line of nowLines(items, terminal, at, clock.now())) terminal.print(line)
  return items.length === 0 || items.some(isGap) ? exitCodes.degraded : exitCodes.ok
}

const isGap = ({ shift }: OnCall): boolean => shift.person === null

function nowLines(items: readonly OnCall[], terminal: Terminal, at: string | undefined, nowMs: number): string[] {
  const { paint } = terminal
  const atMs = at === undefined ? nowMs : Date.parse(at)
  const gaps = items.filter(isGap).length
  const when = at === undefined ? '' : ` at ${instantInWords(atMs, nowMs)}`
  if (items.length === 0) return [paint.red('✖ nobody is on call: no schedule is configured')]
  const verdict =
    gaps === 0
      ? paint.green(`● somebody is on call in ${items.length === 1 ? 'the schedule' : 'each schedule'}${when}`)
      : paint.red(paint.bold(`✖ nobody is on call${when} in ${gaps} of ${counted(items.length, 'schedule')}`))
  const worstFirst = items.toSorted((a, b) => Number(isGap(b)) - Number(isGap(a)))
  return [verdict, ...worstFirst.flatMap((one) => blockLines(one, terminal, atMs))]
}

function blockLines(one: OnCall, { paint, columns, program }: Terminal, atMs: number): string[] {
  const { schedule, timeZone, shift, next } = one
  const until = untilText(shift, timeZone, atMs)
  const stand =
    shift.person === null
      ? paragraphLines(`✖ nobody is on call${until}`, columns, '  ').map(paint.red)
      : paragraphLines(`● ${shift.person.name}${because(shift)}${until}`, columns, '  ').map(paint.green)
  return [
    '',
    paint.bold(printable(schedule)),
    ...stand,
    ...(next === null ? [] : paragraphLines(nextText(next, timeZone), columns, '    ').map(paint.dim)),
    ...(shift.person === null
      ? [paint.bold(printable(`  ${program} oncall override ${schedule} <person> --for 4h --reason "..."`))]
      : []),
  ]
}

const because = (shift: Shift): string => (shift.because === 'override' ? ' (override)' : '')

function untilText({ person, end }: Shift, timeZone: string, atMs: number): string {
  const endMs = Date.parse(end)
  if (endMs - atMs >= horizonMs) return ' for the next 35 days at least'
  const lasts = inWords(endMs - atMs)
  return ` until ${localAndUtc(endMs, timeZone)}, ${person === null ? `for ${lasts}` : `${lasts} left`}`
}

function nextText(next: Shift, timeZone: string): string {
  const who = next.person === null ? '✖ nobody' : `${next.person.name}${because(next)}`
  const endMs = Date.parse(next.end)
  const isLong = endMs - Date.parse(next.start) >= horizonMs
  return `then ${who}${isLong ? '' : ` until ${localAndUtc(endMs, timeZone)}`}`
}
