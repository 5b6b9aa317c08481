import { openApi } from '../api/api.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Session } from '../session.ts'
import type { IssuedKey } from './key.ts'
import { tellIssued } from './tell-issued.ts'

/** Replaces a key and prints the new one. */
export async function rotateKey(
  { terminal, env, dataDir }: Session,
  id: string,
  body: { overlap: string },
): Promise<number> {
  const api = await openApi(env, dataDir)
  const path = `/api/v1/keys/${encodeURIComponent(id)}/rotate`
  const issued = await api.call<IssuedKey>({ method: 'POST', path, body, trying: `Rotating the key ${id}` })
  tellIssued(issued, terminal)
  if (api.access.keySource.endsWith('admin.key')) {
    terminal.complain(`If it was the key of ${api.access.keySource}, put the new one there.`)
  }
  return exitCodes.ok
}
