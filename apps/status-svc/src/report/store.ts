import type { StateReport } from '@akashic/checks'
import { sql, type Queryable } from '@akashic/shared/postgres'

interface ReportRow {
  readonly status: StateReport['status']
  readonly message: string
  readonly response_time_ms: number | null
  readonly at: Date
  readonly expires_at: Date
}

/** Replaces the last report of a check. @returns the status reported before; null when this is the first. */
export async function replaceReport(
  tx: Queryable,
  checkNum: number,
  report: StateReport,
  reporter: string,
): Promise<StateReport['status'] | null> {
  const before = await tx.query<{ status: StateReport['status'] }>(sql`
    SELECT status
      FROM status.report
     WHERE check_num = ${checkNum}
       FOR NO KEY UPDATE`)
  await tx.query(sql`
    INSERT INTO status.report (check_num, status, message, response_time_ms, at, expires_at, reporter)
    VALUES (${checkNum}, ${report.status}, ${report.message ?? ''}, ${report.responseTimeMs ?? null},
            ${new Date(report.atMs)}, ${new Date(report.expiresAtMs)}, ${reporter})
    ON CONFLICT (check_num) DO UPDATE
       SET status = excluded.status, message = excluded.message, response_time_ms = excluded.response_time_ms,
           at = excluded.at, expires_at = excluded.expires_at, reporter = excluded.reporter`)
  return before[0]?.status ?? null
}

export async function readReport(db: Queryable, checkNum: number): Promise<StateReport | null> {
  const rows = await db.query<ReportRow>(sql`
    SELECT status, message, response_time_ms, at, expires_at
      FROM status.report
     WHERE check_num = ${checkNum}`)
  const row = rows[0]
  if (!row) return null
  return {
    status: row.status,
    message: row.message,
    ...(row.response_time_ms !== null && { responseTimeMs: row.response_time_ms }),
    atMs: row.at.getTime(),
    expiresAtMs: row.expires_at.getTime(),
  }
}
