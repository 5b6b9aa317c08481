import { openApi } from '../api/api.ts'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { parseWhen } from '../parse-when.ts'
import type { Session } from '../session.ts'
import { paragraphLines } from '../terminal/paragraphs.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { printable } from '../terminal/text-width.ts'
import { counted, instantInWords, inWords } from '../terminal/words.ts'
import type { Items, Override } from './on-call.ts'

const path = '/api/v1/oncall/overrides'

export interface OverrideOptions {
  readonly from?: string
  readonly to?: string
  readonly for?: string
  readonly reason: string
  readonly json?: true
}

/** Puts somebody on call for a while, instead of whom the schedule says. */
export async function addOverride(
  session: Session,
  schedule: string,
  person: string,
  options: OverrideOptions,
): Promise<number> {
  const { terminal, env, dataDir, clock } = session
  const trying = `Putting ${person} on call in ${schedule}`
  const start = options.from === undefined ? new Date(clock.now()).toISOString() : parseWhen(options.from, clock.now())
  const end = endOf(options, start, clock.now(), trying)
  const api = await openApi(env, dataDir)
  const body = { schedule, person, start, end, reason: options.reason }
  const override = await api.call<Override>({ method: 'POST', path, body, trying })
  if (options.json) terminal.print(JSON.stringify(override, null, 2))
  else for (const line of blockLines(override, terminal, clock.now())) terminal.print(line)
  return exitCodes.ok
}

/** @throws CliError unless it is said in exactly one way. */
function endOf({ to, for: lasts }: OverrideOptions, start: string, nowMs: number, trying: string): string {
  if (to !== undefined && lasts === undefined) return parseWhen(to, nowMs)
  if (lasts !== undefined && to === undefined) return parseWhen(lasts, Date.parse(start))
  throw new CliError(trying, 'say when it ends: either --to or --for', {
    next: ['akashic oncall override --help'],
    exitCode: exitCodes.usage,
  })
}

const aheadMs = 366 * 86_400_000

/** Lists the overrides that are in force or come within a year. */
export async function listOverrides(session: Session, options: { readonly json?: true }): Promise<number> {
  const { terminal, env, dataDir, clock } = session
  const nowMs = clock.now()
  const query = { from: new Date(nowMs).toISOString(), to: new Date(nowMs + aheadMs).toISOString() }
  const api = await openApi(env, dataDir)
  const { items } = await api.call<Items<Override>>({ path, query, trying: 'Reading the overrides' })
  if (options.json) {
    terminal.print(JSON.stringify(items, null, 2))
    return exitCodes.ok
  }
  const verdict =
    items.length === 0
      ? 'No override: everybody is on call as the schedules say.'
      : terminal.paint.bold(`${counted(items.length, 'override')} in force or to come`)
  const blocks = items.flatMap((override) => ['', ...blockLines(override, terminal, nowMs)])
  for (const line of [verdict, ...blocks]) terminal.print(line)
  return exitCodes.ok
}

/** Takes an override back. */
export async function cancelOverride({ terminal, env, dataDir }: Session, id: string): Promise<number> {
  const api = await openApi(env, dataDir)
  const trying = `Taking the override ${id} back`
  await api.call({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}`, trying })
  terminal.print(`Taken back: the schedule counts again. Who is on call: ${terminal.program} oncall now`)
  return exitCodes.ok
}

function blockLines(override: Override, { paint, columns, program }: Terminal, nowMs: number): string[] {
  const { id, schedule, person, start, end, author, reason } = override
  const [startMs, endMs] = [Date.parse(start), Date.parse(end)]
  const [face, stand] =
    startMs <= nowMs
      ? [paint.green, `● in force, ${inWords(endMs - nowMs)} left`]
      : [paint.blue, `◷ begins in ${inWords(startMs - nowMs)}`]
  return [
    paint.bold(printable(`${person.name} in ${schedule}`)),
    ...paragraphLines(
      `${stand}: ${instantInWords(startMs, nowMs)} until ${instantInWords(endMs, nowMs)}`,
      columns,
      '  ',
    ).map(face),
    ...paragraphLines(reason === '' ? `by ${author}` : `${author}: ${reason}`, columns, '  ').map(paint.dim),
    paint.bold(printable(`  ${program} oncall override-cancel ${id}`)),
  ]
}
