import { openApi } from '../api/api.ts'
import { listAll } from '../api/list-all.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import type { Paint } from '../terminal/paint.ts'
import { counted } from '../terminal/words.ts'
import { silenceLines } from './render-silence.ts'
import { silencesPath, type Silence } from './silence.ts'

interface Options {
  readonly all?: true
  readonly json?: true
}

/** Lists the silences that are not over, newest first; with `all`, those that are over too. */
export async function listSilences(session: Session, { all, json }: Options): Promise<number> {
  const { terminal, env, dataDir, clock } = session
  const api = await openApi(env, dataDir)
  const path = all ? `${silencesPath}?state=all` : silencesPath
  const silences = await listAll<Silence>(api, path, 'Reading the silences')
  if (json) {
    terminal.print(JSON.stringify(silences, null, 2))
    return exitCodes.ok
  }
  const nowMs = clock.now()
  const blocks = silences.flatMap((silence) => ['', ...silenceLines(silence, terminal, nowMs)])
  for (const line of [verdictText(silences, terminal.paint, nowMs), ...blocks]) terminal.print(line)
  return exitCodes.ok
}

function verdictText(silences: readonly Silence[], paint: Paint, nowMs: number): string {
  const pending = silences.filter(({ end }) => Date.parse(end) > nowMs).length
  return pending === 0
    ? paint.green('● Nothing is silenced.')
    : paint.bold(`${counted(pending, 'silence')} in force or to come`)
}

/** Ends a silence now. */
export async function endSilence(session: Session, id: string, { json }: { readonly json?: true }): Promise<number> {
  const { terminal, env, dataDir, clock } = session
  const api = await openApi(env, dataDir)
  const path = `${silencesPath}/${encodeURIComponent(id)}`
  const ended = await api.call<Silence>({ method: 'DELETE', path, trying: `Ending the silence ${id}` })
  if (json) terminal.print(JSON.stringify(ended, null, 2))
  else {
    terminal.print(terminal.paint.green('● It mutes no more: what it held back calls now.'))
    for (const line of silenceLines(ended, terminal, clock.now())) terminal.print(line)
  }
  return exitCodes.ok
}
