import { openApi } from '../api/api.ts'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { parseWhen } from '../parse-when.ts'
import type { Session } from '../session.ts'
import { instantInWords, inWords } from '../terminal/words.ts'
import { canAsk, isAgreed, type Keyboard } from './ask.ts'
import { parseMatcher, type Matcher } from './matcher.ts'
import { previewLines, silenceLines } from './render-silence.ts'
import { silencesPath, type Silence, type SilencePreview } from './silence.ts'

export interface AddSilenceOptions {
  readonly for?: string
  readonly until?: string
  readonly reason: string
  readonly yes?: true
  readonly json?: true
}

const trying = 'Silencing alerts'

/** Mutes what matches until an end, after it has shown what that is and was told to go on. */
export async function addSilence(
  session: Session,
  conditions: readonly string[],
  options: AddSilenceOptions,
  keyboard: Keyboard = process.stdin,
): Promise<number> {
  const { terminal, env, dataDir, clock } = session
  const matchers = conditions.map(matcherOf)
  const nowMs = clock.now()
  const end = endOf(options, nowMs)
  if (!options.yes && !canAsk(session, keyboard)) {
    throw misused('nobody is here who could be asked', ['Say --yes, or run it in a terminal.'])
  }
  const api = await openApi(env, dataDir)
  const path = `${silencesPath}/preview`
  const preview = await api.call<SilencePreview>({ method: 'POST', path, body: { matchers }, trying })
  const tell = (line: string) => (options.json ? terminal.complain(line) : terminal.print(line))
  for (const line of previewLines(preview, terminal, nowMs)) tell(line)
  tell('')
  if (!options.yes && !(await isAgreed(session, questionFor(end, nowMs), keyboard))) {
    tell('Nothing is silenced.')
    return exitCodes.failed
  }
  const body = { matchers, reason: options.reason, end }
  const silence = await api.call<Silence>({ method: 'POST', path: silencesPath, body, trying })
  if (options.json) terminal.print(JSON.stringify(silence, null, 2))
  else for (const line of silenceLines(silence, terminal, clock.now())) terminal.print(line)
  return exitCodes.ok
}

function questionFor(end: string, nowMs: number): string {
  const endMs = Date.parse(end)
  return `Silence this until ${instantInWords(endMs, nowMs)}, for ${inWords(endMs - nowMs)}?`
}

function matcherOf(text: string): Matcher {
  const parsed = parseMatcher(text)
  if ('matcher' in parsed) return parsed.matcher
  throw new CliError(`Reading the matcher ${text}`, parsed.problem, {
    next: [`Write component=shop, severity!=info, 'alertname=~"High.*"' or 'job!~batch-.*'.`],
    exitCode: exitCodes.usage,
  })
}

/** @throws CliError unless it is said in exactly one way. */
function endOf({ for: lasts, until }: AddSilenceOptions, nowMs: number): string {
  const end = lasts ?? until
  if (end !== undefined && (lasts === undefined || until === undefined)) return parseWhen(end, nowMs)
  throw misused('say when it ends: either --for or --until', ['akashic alert silence add --help'])
}

const misused = (happened: string, next: readonly string[]): CliError =>
  new CliError(trying, happened, { next, exitCode: exitCodes.usage })
