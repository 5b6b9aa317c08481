import { OpsError } from '@akashic/shared/errors'
import type { Database } from '@akashic/shared/postgres'
import { readLoadTest, type KeptLoadTest } from './store.ts'

/** @throws OpsError not_found. */
export async function getLoadTest(db: Database, id: string): Promise<KeptLoadTest> {
  const found = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? await readLoadTest(db, id) : null
  if (!found) throw new OpsError('not_found', `There is no load test ${id}; it may have been deleted.`)
  return found
}
