import { parseDuration } from '@akashic/config'
import { roles } from '@akashic/shared/identity'
import { openApi } from '../api/api.ts'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { parseInstant } from '../parse-option.ts'
import type { Session } from '../session.ts'
import type { IssuedKey } from './key.ts'
import { tellIssued } from './tell-issued.ts'

export interface CreateKeyOptions {
  readonly kind: 'person' | 'service'
  readonly role: string
  readonly expires?: string
  readonly scope?: readonly string[]
  readonly json?: true
}

/** Makes a key and prints it. */
export async function createKey(
  { terminal, env, dataDir, clock }: Session,
  principal: string,
  options: CreateKeyOptions,
): Promise<number> {
  const { kind, role, expires, scope } = options
  if (!roles.some((known) => known === role))
    throw misused(`there is no role ${role}: it is one of ${roles.join(', ')}`)
  const expiresAt = expires === undefined ? undefined : endOf(expires, clock.now())
  const api = await openApi(env, dataDir)
  const body = { principal, kind, role, scope, expiresAt }
  const issued = await api.call<IssuedKey>({ method: 'POST', path: '/api/v1/keys', body, trying: 'Creating the key' })
  if (options.json) terminal.print(JSON.stringify(issued, null, 2))
  else tellIssued(issued, terminal)
  return exitCodes.ok
}

/** ISO 8601 in UTC, from an instant or a time from `nowMs`. */
function endOf(expires: string, nowMs: number): string {
  const lastsMs = parseDuration(expires)
  if (!Number.isNaN(lastsMs)) return new Date(nowMs + lastsMs).toISOString()
  try {
    return parseInstant(expires)
  } catch {
    throw misused('--expires is an instant such as 2027-01-31, or a time from now such as 90d')
  }
}

function misused(happened: string): CliError {
  return new CliError('Creating the key', happened, { next: ['akashic key create --help'], exitCode: exitCodes.usage })
}
