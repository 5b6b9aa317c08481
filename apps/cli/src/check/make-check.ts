import { runCheck } from '@akashic/checks'
import { checkSchema, fieldsOfTarget, TargetError, type ActiveCheckKind, type CheckSpec } from '@akashic/config'
import { parse } from 'yaml'
import { CliError } from '../cli-error.ts'
import { exitCodeOf, exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { renderResult } from './render-result.ts'

export interface CheckOptions {
  readonly set: readonly string[]
  readonly allowHost: readonly string[]
  readonly json?: true
}

/** Makes one check from here and tells its result. */
export async function makeCheck(
  session: Session,
  kind: ActiveCheckKind,
  target: string,
  options: CheckOptions,
): Promise<number> {
  const { terminal, signal, monotonicMs, clock } = session
  const spec = specOf(kind, target, options.set)
  const result = await runCheck(spec, { signal, allowHosts: options.allowHost, monotonicMs, now: () => clock.now() })
  if (options.json) terminal.print(JSON.stringify(result, null, 2))
  else for (const line of renderResult(spec, result, terminal)) terminal.print(line)
  return exitCodeOf(result.outcome)
}

function specOf(kind: ActiveCheckKind, target: string, settings: readonly string[]): CheckSpec {
  const trying = `Reading the ${kind} check`
  const usage = { next: [`akashic check ${kind} --help`], exitCode: exitCodes.usage }
  const fields = targetFields(kind, target, trying)
  const extra = settings.map((setting) => {
    const at = setting.indexOf('=')
    if (at < 1) throw new CliError(trying, 'a --set is written key=value', usage)
    return [setting.slice(0, at), valueOf(setting.slice(at + 1))] as const
  })
  const parsed = checkSchema.safeParse({ kind, ...fields, ...Object.fromEntries(extra) })
  if (parsed.success) return parsed.data
  const details = parsed.error.issues.map((issue) => `${issue.path.join('.') || kind}: ${issue.message}`)
  throw new CliError(trying, 'it is not right', { details, ...usage })
}

function targetFields(kind: ActiveCheckKind, target: string, trying: string): Record<string, unknown> {
  try {
    return fieldsOfTarget(kind, target)
  } catch (error) {
    if (error instanceof TargetError)
      throw new CliError(trying, error.message, { exitCode: exitCodes.usage, cause: error })
    throw error
  }
}

function valueOf(text: string): unknown {
  try {
    return parse(text)
  } catch {
    return text
  }
}
