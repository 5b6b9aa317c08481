import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemActor } from '@akashic/shared/audit'
import type { Logger } from 'pino'
import { writeAtomically } from '../live-status/atomic-file.ts'
import { issueKey } from './create-key.ts'
import type { KeyDeps } from './create-key.ts'
import { keyStore } from './store.ts'

export interface FirstKeyDeps extends KeyDeps {
  readonly dataDir: string
  readonly log: Logger
}

/** Makes an admin key where no admin key works, and leaves it in `admin.key` of the data folder (mode 0600).
 *  The file is there before the key is valid, so that no crash leaves a key that nobody has. */
export async function makeFirstKey({ db, clock, dataDir, log }: FirstKeyDeps): Promise<void> {
  const path = join(dataDir, 'admin.key')
  const isMade = await db.transaction(async (tx) => {
    await keyStore.lockFirstKey(tx)
    if (await keyStore.hasActiveAdmin(tx, clock.now())) return false
    const wanted = { principal: 'admin', kind: 'person', role: 'admin', scope: null, expiresAtMs: null } as const
    const { secret } = await issueKey(tx, clock, wanted, systemActor('gateway'))
    await writeAtomically(path, `${secret}\n`)
    return true
  })
  if (isMade) log.info({ path }, 'made an admin key')
  else if (await readFile(path).catch(() => null)) log.info({ path }, 'the admin key is here')
  else log.info('an admin key exists already; its file is not in this data folder')
}
