import { sql, type Queryable } from '@akashic/shared/postgres'
import type { NewNotification, Notification, NotificationState, Said } from './notification.ts'

interface Row {
  readonly num: number
  readonly id: string
  readonly occasion: string
  readonly channel: string
  readonly recipient: string
  readonly subject: string
  readonly incident_num: number | null
  readonly page_num: number | null
  readonly person: string
  readonly message: Said
  readonly state: NotificationState
  readonly attempts: number
  readonly is_uncertain: boolean
  readonly last_error: string
  readonly reference: string | null
  readonly created_at: Date
  readonly give_up_at: Date
  readonly next_attempt_at: Date | null
  readonly settled_at: Date | null
}

/** Writes a notification, unless this destination is told of the occasion already.
 *  @returns false where it is. */
export async function insert(
  tx: Queryable,
  id: string,
  notification: NewNotification,
  nowMs: number,
  giveUpAtMs: number,
): Promise<boolean> {
  const rows = await tx.query(sql`
    INSERT INTO status.notification
      (id, occasion, channel, recipient, subject, incident_num, page_num, person, message, state, created_at, give_up_at,
       next_attempt_at)
    VALUES (${id}, ${notification.occasion}, ${notification.channel}, ${notification.recipient},
            ${notification.subject}, ${notification.incidentNum}, ${notification.pageNum}, ${notification.person},
            ${sql.json(notification.message)}, 'queued', ${new Date(nowMs)}, ${new Date(giveUpAtMs)}, ${new Date(nowMs)})
        ON CONFLICT (occasion, channel, recipient) DO NOTHING
    RETURNING num`)
  return rows.length > 0
}

/** Notes that an attempt begins. An attempt that began before and never ended may have been delivered.
 *  @returns undefined when there is nothing to send any more. */
export async function beginAttempt(tx: Queryable, id: string): Promise<Notification | undefined> {
  const rows = await tx.query<Row>(sql`
    UPDATE status.notification
       SET is_uncertain = is_uncertain OR state = 'sending', state = 'sending', attempts = attempts + 1,
           next_attempt_at = NULL
     WHERE id = ${id} AND state IN ('queued', 'sending')
    RETURNING *`)
  return rows.map(notificationOf)[0]
}

/** What became of an attempt. */
export interface Outcome {
  readonly state: Exclude<NotificationState, 'sending'>
  readonly isUncertain: boolean
  readonly error: string
  readonly reference: string | null
  readonly nextAttemptAtMs: number | null
}

/** Writes what became of an attempt; of no effect once another one has begun. */
export async function endAttempt(
  db: Queryable,
  { id, attempts }: Pick<Notification, 'id' | 'attempts'>,
  outcome: Outcome,
  nowMs: number,
): Promise<void> {
  const { state, isUncertain, error, reference, nextAttemptAtMs } = outcome
  await db.query(sql`
    UPDATE status.notification
       SET state = ${state}, is_uncertain = is_uncertain OR ${isUncertain}, last_error = ${error},
           reference = coalesce(${reference}, reference),
           next_attempt_at = ${nextAttemptAtMs === null ? null : new Date(nextAttemptAtMs)},
           settled_at = ${state === 'queued' ? null : new Date(nowMs)}
     WHERE id = ${id} AND state = 'sending' AND attempts = ${attempts}`)
}

/** By which the channel knows its first message about the subject. */
export async function readThread(db: Queryable, { subject, channel, recipient }: Notification): Promise<string | null> {
  const [row] = await db.query<{ reference: string }>(sql`
    SELECT reference
      FROM status.notification
     WHERE subject = ${subject} AND channel = ${channel} AND recipient = ${recipient} AND reference IS NOT NULL
     ORDER BY num
     LIMIT 1`)
  return row?.reference ?? null
}

/** Everybody who was told of the subject; followers otherwise than by a page. */
export async function readDestinations(
  db: Queryable,
  subject: string,
): Promise<{ readonly channel: string; readonly recipient: string; readonly isFollower: boolean }[]> {
  const rows = await db.query<{ channel: string; recipient: string; is_follower: boolean }>(sql`
    SELECT channel, recipient, bool_or(page_num IS NULL) AS is_follower
      FROM status.notification
     WHERE subject = ${subject}
     GROUP BY channel, recipient
     ORDER BY channel, recipient`)
  return rows.map(({ is_follower, ...destination }) => ({ ...destination, isFollower: is_follower }))
}

/** @param isRestrictedShown also when it is about a restricted incident. */
export async function readOne(
  db: Queryable,
  id: string,
  isRestrictedShown: boolean,
): Promise<Notification | undefined> {
  const rows = await db.query<Row>(sql`
    SELECT n.*
      FROM status.notification AS n
      LEFT JOIN status.incident AS i ON i.num = n.incident_num
     WHERE n.id = ${id} AND (${isRestrictedShown} OR i.visibility IS DISTINCT FROM 'restricted')`)
  return rows.map(notificationOf)[0]
}

/** Makes a notification that was given up wait again.
 *  @returns undefined when it is none that was given up. */
export async function revive(
  tx: Queryable,
  id: string,
  nowMs: number,
  giveUpAtMs: number,
): Promise<Notification | undefined> {
  const rows = await tx.query<Row>(sql`
    UPDATE status.notification
       SET state = 'queued', attempts = 0, settled_at = NULL, give_up_at = ${new Date(giveUpAtMs)}, next_attempt_at = ${new Date(nowMs)}
     WHERE id = ${id} AND state = 'dead'
    RETURNING *`)
  return rows.map(notificationOf)[0]
}

/** What a list is of. Nulls leave nothing out. */
export interface NotificationFilter {
  readonly state: NotificationState | null
  readonly channel: string | null
  readonly incidentId: string | null
  readonly isRestrictedShown: boolean
}

/** The newest `limit` notifications before number `beforeNum`, newest first. */
export async function readPage(
  db: Queryable,
  filter: NotificationFilter,
  beforeNum: number,
  limit: number,
): Promise<Notification[]> {
  const conditions = [sql`n.num < ${beforeNum}`]
  if (filter.state !== null) conditions.push(sql`n.state = ${filter.state}`)
  if (filter.channel !== null) conditions.push(sql`n.channel = ${filter.channel}`)
  if (filter.incidentId !== null) conditions.push(sql`i.id::text = ${filter.incidentId}`)
  if (!filter.isRestrictedShown) conditions.push(sql`i.visibility IS DISTINCT FROM 'restricted'`)
  const rows = await db.query<Row>(sql`
    SELECT n.*
      FROM status.notification AS n
      LEFT JOIN status.incident AS i ON i.num = n.incident_num
     WHERE ${sql.join(conditions, ' AND ')}
     ORDER BY n.num DESC
     LIMIT ${limit}`)
  return rows.map(notificationOf)
}

/** Gives up what nobody has worked on since long after it was to be given up: its channel is gone, or its job is.
 *  @returns how many. */
export async function giveUpStranded(db: Queryable, beforeMs: number, nowMs: number): Promise<number> {
  const rows = await db.query(sql`
    UPDATE status.notification
       SET state = 'dead', settled_at = ${new Date(nowMs)}, next_attempt_at = NULL,
           last_error = CASE WHEN last_error = '' THEN 'nobody sent it' ELSE last_error END
     WHERE state IN ('queued', 'sending') AND give_up_at < ${new Date(beforeMs)}
    RETURNING num`)
  return rows.length
}

/** How many wait, and since when, by channel and state; none that was delivered. */
export async function countWaiting(
  db: Queryable,
): Promise<readonly { readonly channel: string; readonly state: NotificationState; readonly count: number }[]> {
  return db.query(sql`
    SELECT channel, state, count(*)::int AS count
      FROM status.notification
     WHERE state IN ('queued', 'sending', 'dead')
     GROUP BY channel, state`)
}

/** Removes what was settled before `beforeMs`. */
export async function prune(db: Queryable, beforeMs: number): Promise<void> {
  await db.query(sql`
    DELETE FROM status.notification
     WHERE settled_at < ${new Date(beforeMs)}`)
}

function notificationOf(row: Row): Notification {
  return {
    num: row.num,
    id: row.id,
    occasion: row.occasion,
    channel: row.channel,
    recipient: row.recipient,
    subject: row.subject,
    incidentNum: row.incident_num,
    pageNum: row.page_num,
    person: row.person,
    message: row.message,
    state: row.state,
    attempts: row.attempts,
    isUncertain: row.is_uncertain,
    lastError: row.last_error,
    reference: row.reference,
    createdAtMs: row.created_at.getTime(),
    giveUpAtMs: row.give_up_at.getTime(),
    nextAttemptAtMs: row.next_attempt_at?.getTime() ?? null,
    settledAtMs: row.settled_at?.getTime() ?? null,
  }
}
