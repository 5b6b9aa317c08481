import { Cron } from 'croner'

/** The last time at or before `before` at which a schedule was due, ms since 1970; null where the schedule or the time
 *  zone cannot be read, or none was due after `since`. */
export function lastDue(
  schedule: string,
  timeZone: string,
  { since, before }: { readonly since: number; readonly before: number },
): number | null {
  try {
    const cron = new Cron(schedule.trim(), {
      paused: true,
      mode: '5-part',
      sloppyRanges: true,
      timezone: timeZone || 'UTC',
    })
    // What is due in the very moment counts; croner answers with what is before it.
    const [last] = cron.previousRuns(1, new Date(before + 1_000))
    return last && last.getTime() > since ? last.getTime() : null
  } catch {
    return null
  }
}
