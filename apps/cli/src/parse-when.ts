import { parseDuration } from '@akashic/config'
import { CliError } from './cli-error.ts'
import { exitCodes } from './exit-codes.ts'
import { parseInstant } from './parse-option.ts'

/** Reads how long from now (`20m`, `1h30m`), or an instant (`2026-11-23T14:02Z`).
 *  @returns ISO 8601 in UTC
 *  @throws CliError when it is neither */
export function parseWhen(text: string, nowMs: number): string {
  return parseEither(text, (aheadMs) => nowMs + aheadMs)
}

/** Reads how long ago (`20m`), or an instant.
 *  @returns ISO 8601 in UTC
 *  @throws CliError when it is neither */
export function parseSince(text: string, nowMs: number): string {
  return parseEither(text, (agoMs) => nowMs - agoMs)
}

function parseEither(text: string, at: (durationMs: number) => number): string {
  const durationMs = parseDuration(text)
  if (!Number.isNaN(durationMs)) return new Date(at(durationMs)).toISOString()
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
