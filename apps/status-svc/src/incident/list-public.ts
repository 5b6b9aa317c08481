import type { Queryable } from '@akashic/shared/postgres'
import { pageLimit } from '@akashic/shared/access'
import { readPublished } from '../postmortem/read-published.ts'
import { pageOf, placeOf } from './list.ts'
import { publicIncident, type PublicIncident } from './public-incident.ts'
import { isIncidentId } from './claim-incident.ts'
import { readTold } from './store.ts'

export interface ToldIncident extends PublicIncident {
  /** The published postmortem, in Markdown; empty before. */
  readonly postmortem: string
}

export interface PublicPage {
  readonly incidents: readonly ToldIncident[]
  /** Empty on the last page. */
  readonly nextCursor: string
}

/** What the public may read of incidents, newest first. Internal and restricted ones, and those of which nothing was
 *  published, are not there for anybody. */
export async function listPublicIncidents(
  { db }: { readonly db: Queryable },
  query: { readonly limit: number; readonly cursor: string; readonly onlyUnresolved: boolean; readonly id: string },
): Promise<PublicPage> {
  if (query.id !== '' && !isIncidentId(query.id)) return { incidents: [], nextCursor: '' }
  const limit = pageLimit(query.limit)
  const told = { id: query.id || null, onlyUnresolved: query.onlyUnresolved }
  const { items, nextCursor } = pageOf(await readTold(db, told, placeOf(query.cursor), limit + 1), limit)
  const postmortems = await readPublished(
    db,
    items.map((incident) => incident.num),
  )
  const incidents = items.flatMap((incident) => {
    const shown = publicIncident(incident)
    return shown ? [withPostmortem(shown, postmortems.get(incident.num) ?? '')] : []
  })
  return { incidents, nextCursor }
}

function withPostmortem(incident: PublicIncident, postmortem: string): ToldIncident {
  const isFinished = postmortem !== '' && incident.status === 'resolved'
  return { ...incident, status: isFinished ? 'postmortem' : incident.status, postmortem }
}
