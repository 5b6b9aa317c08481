import { sql, type Queryable } from '@akashic/shared/postgres'
import type { Page, PageChange, PageEntry, PageEntryKind, PageState } from './page.ts'

interface Row {
  readonly num: number
  readonly id: string
  readonly version: number
  readonly subject: string
  readonly incident_num: number | null
  readonly incident_id: string | null
  readonly policy: string
  readonly title: string
  readonly state: PageState
  readonly step: number
  readonly round: number
  readonly due_at: Date | null
  readonly acknowledged_by: string | null
  readonly opened_at: Date
  readonly resolved_at: Date | null
  readonly updated_at: Date
}

const pages = sql`
  SELECT p.*, i.id AS incident_id
    FROM status.page AS p
    LEFT JOIN status.incident AS i ON i.num = p.incident_num`

export type NewPage = Pick<Page, 'id' | 'subject' | 'incidentNum' | 'policy' | 'title' | 'state' | 'dueAtMs'>

/** Opens a page, unless one is open about the subject.
 *  @returns its number; undefined where one is. */
export async function insert(tx: Queryable, page: NewPage, nowMs: number): Promise<number | undefined> {
  const now = new Date(nowMs)
  const rows = await tx.query<{ num: number }>(sql`
    INSERT INTO status.page
      (id, version, subject, incident_num, policy, title, state, step, round, due_at, opened_at, updated_at)
    VALUES (${page.id}, 1, ${page.subject}, ${page.incidentNum}, ${page.policy}, ${page.title}, ${page.state}, 0, 0,
            ${at(page.dueAtMs)}, ${now}, ${now})
        ON CONFLICT (subject) WHERE state <> 'resolved' DO NOTHING
    RETURNING num`)
  return rows[0]?.num
}

export async function save(tx: Queryable, before: Page, change: PageChange, nowMs: number): Promise<void> {
  const page = { ...before, ...change }
  await tx.query(sql`
    UPDATE status.page
       SET title = ${page.title}, policy = ${page.policy}, state = ${page.state}, step = ${page.step}, round = ${page.round}, due_at = ${at(page.dueAtMs)},
           acknowledged_by = ${page.acknowledgedBy}, resolved_at = ${at(page.resolvedAtMs)}, version = version + 1,
           updated_at = ${new Date(nowMs)}
     WHERE num = ${page.num}`)
}

export async function addEntry(tx: Queryable, pageNum: number, entry: PageEntry): Promise<void> {
  await tx.query(sql`
    INSERT INTO status.page_entry (page_num, seq, at, kind, person, detail)
    SELECT ${pageNum}, coalesce(max(seq), 0) + 1, ${new Date(entry.atMs)}, ${entry.kind}, ${entry.person}, ${entry.detail}
      FROM status.page_entry
     WHERE page_num = ${pageNum}`)
}

/** What happened to a page last. */
export async function readLastKind(db: Queryable, pageNum: number): Promise<PageEntryKind | undefined> {
  const [row] = await db.query<{ kind: PageEntryKind }>(sql`
    SELECT kind
      FROM status.page_entry
     WHERE page_num = ${pageNum}
     ORDER BY seq DESC
     LIMIT 1`)
  return row?.kind
}

/** What happened to a page, oldest first. */
export async function readEntries(db: Queryable, pageNum: number): Promise<PageEntry[]> {
  const rows = await db.query<{ at: Date; kind: PageEntryKind; person: string; detail: string }>(sql`
    SELECT at, kind, person, detail
      FROM status.page_entry
     WHERE page_num = ${pageNum}
     ORDER BY seq`)
  return rows.map(({ at, ...entry }) => ({ ...entry, atMs: at.getTime() }))
}

export async function readById(db: Queryable, id: string): Promise<Page | undefined> {
  const rows = await db.query<Row>(sql`
    ${pages}
     WHERE p.id = ${id}`)
  return rows.map(pageOf)[0]
}

export async function readByNum(db: Queryable, num: number): Promise<Page | undefined> {
  const rows = await db.query<Row>(sql`
    ${pages}
     WHERE p.num = ${num}`)
  return rows.map(pageOf)[0]
}

/** Locks a page; nobody else changes it until the transaction ends. */
export async function lock(tx: Queryable, num: number): Promise<Page | undefined> {
  const rows = await tx.query<Row>(sql`
    ${pages}
     WHERE p.num = ${num}
       FOR UPDATE OF p`)
  return rows.map(pageOf)[0]
}

/** Locks the page that is open about a subject. */
export async function lockOpen(tx: Queryable, subject: string): Promise<Page | undefined> {
  const rows = await tx.query<Row>(sql`
    ${pages}
     WHERE p.subject = ${subject} AND p.state <> 'resolved'
       FOR UPDATE OF p`)
  return rows.map(pageOf)[0]
}

/** Numbers of the pages that call their next step or wake at `nowMs`, and of those that a silence holds back. */
export async function readDue(db: Queryable, nowMs: number, limit: number): Promise<number[]> {
  const rows = await db.query<{ num: number }>(sql`
    SELECT num
      FROM status.page
     WHERE (due_at <= ${new Date(nowMs)} AND state IN ('calling', 'snoozed', 'silenced'))
     ORDER BY due_at
     LIMIT ${limit}`)
  return rows.map(({ num }) => num)
}

/** Makes every page that is held back due. */
export async function wakeSilenced(tx: Queryable, nowMs: number): Promise<void> {
  await tx.query(sql`
    UPDATE status.page
       SET due_at = ${new Date(nowMs)}
     WHERE state = 'silenced'`)
}

/** The newest `limit` pages before number `beforeNum`, newest first. */
export async function readPage(
  db: Queryable,
  filter: { readonly isOpen: boolean; readonly isRestrictedShown: boolean },
  beforeNum: number,
  limit: number,
): Promise<Page[]> {
  const rows = await db.query<Row>(sql`
    ${pages}
     WHERE p.num < ${beforeNum}
       ${filter.isOpen ? sql`AND p.state <> 'resolved'` : sql``}
       ${filter.isRestrictedShown ? sql`` : sql`AND i.visibility IS DISTINCT FROM 'restricted'`}
     ORDER BY p.num DESC
     LIMIT ${limit}`)
  return rows.map(pageOf)
}

/** How many pages are open, by state. */
export async function countOpen(
  db: Queryable,
): Promise<readonly { readonly state: PageState; readonly count: number }[]> {
  return db.query(sql`
    SELECT state, count(*)::int AS count
      FROM status.page
     WHERE state <> 'resolved'
     GROUP BY state`)
}

/** Removes what was resolved before `beforeMs`. */
export async function prune(db: Queryable, beforeMs: number): Promise<void> {
  await db.query(sql`
    DELETE FROM status.page
     WHERE resolved_at < ${new Date(beforeMs)}`)
}

const at = (ms: number | null): Date | null => (ms === null ? null : new Date(ms))

function pageOf(row: Row): Page {
  return {
    num: row.num,
    id: row.id,
    version: row.version,
    subject: row.subject,
    incidentNum: row.incident_num,
    incidentId: row.incident_id,
    policy: row.policy,
    title: row.title,
    state: row.state,
    step: row.step,
    round: row.round,
    dueAtMs: row.due_at?.getTime() ?? null,
    acknowledgedBy: row.acknowledged_by,
    openedAtMs: row.opened_at.getTime(),
    resolvedAtMs: row.resolved_at?.getTime() ?? null,
    updatedAtMs: row.updated_at.getTime(),
  }
}
