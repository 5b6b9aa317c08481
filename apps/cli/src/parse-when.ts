import { CliError } from './cli-error.ts'
import { exitCodes } from './exit-codes.ts'
import { parseInstant } from './parse-option.ts'

/** Reads how long from now (`20m`, `1h30m`), or an instant (`2026-11-23T14:02Z`).
 *  @returns ISO 8601 in UTC
 *  @throws CliError when it is neither */
export async function parseWhen(text: string, nowMs: number): Promise<string> {
  const { parseDuration } = await import('@akashic/config')
  const aheadMs = parseDuration(text)
  if (!Number.isNaN(aheadMs)) return new Date(nowMs + aheadMs).toISOString()
  try {
    return parseInstant(text)
  } catch (cause) {
    throw new CliError(`Reading the time ${text}`, 'it is neither a duration nor an instant', {
      next: ['Write 20m, 1h30m, or 2026-11-23T14:02Z.'],
      exitCode: exitCodes.usage,
      cause,
    })
  }
}
