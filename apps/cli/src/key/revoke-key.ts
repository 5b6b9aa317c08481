import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import { printable } from '../terminal/text-width.ts'
import type { ShownKey } from './key.ts'

/** Makes a key useless. */
export async function revokeKey({ terminal, env, dataDir }: Session, id: string): Promise<number> {
  const api = await openApi(env, dataDir)
  const path = `/api/v1/keys/${encodeURIComponent(id)}`
  const key = await api.call<ShownKey>({ method: 'DELETE', path, trying: `Revoking the key ${id}` })
  terminal.print(
    printable(`Revoked: the key ${key.id} of ${key.principal.name} is refused everywhere within 5 seconds.`),
  )
  return exitCodes.ok
}
