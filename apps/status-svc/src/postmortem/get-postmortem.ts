import type { Principal } from '@akashic/shared/identity'
import type { Queryable } from '@akashic/shared/postgres'
import { readIncident } from '../incident/claim-incident.ts'
import { postmortemDueMs } from '../incident/postmortem-due.ts'
import { readWhole } from '../timeline/read-whole.ts'
import type { ActionItem } from './action-item.ts'
import { draftPostmortem } from './draft.ts'
import { namedDurations, type NamedDuration } from './durations.ts'
import { readItemsOf, readOne } from './store.ts'

export interface Postmortem {
  /** Markdown. */
  readonly body: string
  /** True while nobody saved anything: made from the timeline as it is now. */
  readonly isDraft: boolean
  readonly isPublished: boolean
  /** 0 while it is a draft. */
  readonly version: number
  readonly durations: readonly NamedDuration[]
  readonly items: readonly ActionItem[]
  readonly dueAtMs: number | null
}

/** The postmortem that was last saved, or a draft made from the timeline.
 *  @throws OpsError not_found. */
export async function getPostmortem(
  { db }: { readonly db: Queryable },
  principal: Principal,
  id: string,
): Promise<Postmortem> {
  const incident = await readIncident(db, principal, id)
  const [saved, items, timeline] = await Promise.all([
    readOne(db, incident.num),
    readItemsOf(db, incident.num),
    readWhole(db, incident.num),
  ])
  return {
    body: saved?.body ?? draftPostmortem(incident, timeline, items),
    isDraft: saved === undefined,
    isPublished: saved !== undefined && saved.publishedAtMs !== null,
    version: saved?.version ?? 0,
    durations: namedDurations(incident, timeline),
    items,
    dueAtMs: postmortemDueMs(incident),
  }
}
