import { OpsError } from '@akashic/shared/errors'
import { decodeCursor, encodeCursor } from '@akashic/shared/http'
import { roleIncludes, type Principal } from '@akashic/shared/identity'
import type { Queryable } from '@akashic/shared/postgres'
import { z } from 'zod'
import { pageLimit } from '@akashic/shared/access'
import { isIncidentId } from '../incident/claim-incident.ts'
import type { Notification, NotificationState } from './notification.ts'
import * as store from './store.ts'

export interface NotificationPage {
  readonly notifications: readonly Notification[]
  /** Empty on the last page. */
  readonly nextCursor: string
}

/** What was sent where, newest first. What is empty or null leaves nothing out; what is about restricted incidents is
 *  listed from responder on. */
export async function listNotifications(
  { db }: { readonly db: Queryable },
  principal: Principal,
  query: {
    readonly limit: number
    readonly cursor: string
    readonly state: NotificationState | null
    readonly channel: string
    readonly incidentId: string
  },
): Promise<NotificationPage> {
  const limit = pageLimit(query.limit)
  const beforeNum = query.cursor === '' ? Number.MAX_SAFE_INTEGER : decodeCursor(z.int(), query.cursor)
  const filter = {
    state: query.state,
    channel: query.channel || null,
    incidentId: query.incidentId || null,
    isRestrictedShown: roleIncludes(principal.role, 'responder'),
  }
  const found = await store.readPage(db, filter, beforeNum, limit + 1)
  const notifications = found.slice(0, limit)
  return { notifications, nextCursor: found.length > limit ? encodeCursor(notifications.at(-1)!.num) : '' }
}

/** @throws OpsError not_found, also for one about a restricted incident below responder. */
export async function getNotification(db: Queryable, principal: Principal, id: string): Promise<Notification> {
  const notification = isIncidentId(id)
    ? await store.readOne(db, id, roleIncludes(principal.role, 'responder'))
    : undefined
  if (notification) return notification
  throw new OpsError('not_found', `There is no notification ${id}.`)
}
