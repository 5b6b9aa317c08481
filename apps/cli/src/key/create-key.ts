import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
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
  { terminal, env, cwd }: Session,
  principal: string,
  options: CreateKeyOptions,
): Promise<number> {
  const { kind, role, expires: expiresAt, scope } = options
  const api = await openApi(env, cwd)
  const body = { principal, kind, role, scope, expiresAt }
  const issued = await api.call<IssuedKey>({ method: 'POST', path: '/api/v1/keys', body, trying: 'Creating the key' })
  if (options.json) terminal.print(JSON.stringify(issued, null, 2))
  else tellIssued(issued, terminal)
  return exitCodes.ok
}
