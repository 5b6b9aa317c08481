import type { AiProvider } from '@akashic/config'
import type { Queryable } from '@akashic/shared/postgres'
import type { Use } from './own-use.ts'
import { deleteOldUse, readUseOfOthers, saveUse } from './store.ts'

export interface ShareUseDeps {
  readonly db: Queryable
  readonly replicaId: string
  readonly providers: () => readonly AiProvider[]
  readonly use: Use
}

/** Configured limits are of all replicas together, so each tells the others what it asked of such providers. */
export async function shareUse({ db, replicaId, providers, use }: ShareUseDeps): Promise<void> {
  const limited = providers().filter(({ limits }) => Object.values(limits).some((limit) => limit !== undefined))
  if (limited.length === 0) return
  for (const { name } of limited) await saveUse(db, name, replicaId, use.own(name))
  for (const { name } of limited) use.setOthers(name, await readUseOfOthers(db, name, replicaId))
  await deleteOldUse(db)
}
