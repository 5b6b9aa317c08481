import type { Queryable } from '@akashic/shared/postgres'
import { readStates } from '../status/ledger.ts'
import type { AffectedComponent, Incident } from './incident.ts'

/** The incident's components: what the public read last of each, and what it is now. */
export async function affectedNow(
  db: Queryable,
  { components, updates }: Pick<Incident, 'components' | 'updates'>,
): Promise<AffectedComponent[]> {
  if (components.length === 0) return []
  const states = await readStates(
    db,
    components.map((component) => component.num),
  )
  const published = updates.filter(({ state }) => state === 'published')
  const said = new Map(published.flatMap(({ affected }) => affected).map(({ id, newStatus }) => [id, newStatus]))
  return components.map(({ num, id, name }) => ({
    id,
    name,
    oldStatus: said.get(id) ?? 'operational',
    newStatus: states.get(num)?.status ?? 'unknown',
  }))
}
