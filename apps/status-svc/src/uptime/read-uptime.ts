import type { Clock } from '@akashic/shared/clock'
import { OpsError } from '@akashic/shared/errors'
import type { Principal } from '@akashic/shared/identity'
import type { Queryable } from '@akashic/shared/postgres'
import { mayTouch, requireScope } from '@akashic/shared/access'
import type { ComponentDirectory } from '../component/component.ts'
import { dayMs } from './days.ts'
import { loadRecords, readEffective } from './load-records.ts'
import { dayBars, windowsOf, type DayBar } from './record.ts'
import type { ListResponseTimes, ResponseTimePoint } from './response-times.ts'
import { totalsOf } from './totals.ts'
import { uptimeWindow, type UptimeWindow, type UptimeWindows } from './windows.ts'

export interface UptimeDeps {
  readonly db: Queryable
  readonly clock: Clock
  readonly components: ComponentDirectory
  readonly listResponseTimes: ListResponseTimes
}

/** What the page draws of one component. */
export interface ComponentUptime {
  readonly componentId: string
  readonly windows: UptimeWindows
  readonly days: readonly DayBar[]
  readonly responseTimes: readonly ResponseTimePoint[]
}

const longestWindowMs = 400 * dayMs

/** Uptime, daily bars and response times of the given components; of all when none is given. */
export async function listUptime(
  { db, clock, components, listResponseTimes }: UptimeDeps,
  principal: Principal,
  ids: readonly string[],
): Promise<ComponentUptime[]> {
  const nowMs = clock.now()
  const asked = ids.length === 0 ? components.shown() : ids.flatMap((id) => components.get(id) ?? [])
  const records = asked.filter((component) => mayTouch(principal, component.id))
  const [past, responseTimes] = await Promise.all([
    loadRecords(
      db,
      records.map((component) => component.num),
      nowMs,
    ),
    listResponseTimes(
      db,
      records.map((component) => component.id),
      nowMs - dayMs,
      nowMs,
    ),
  ])
  return records.map(({ id, num }) => {
    const record = past.get(num)!
    return {
      componentId: id,
      windows: windowsOf(record, nowMs),
      days: dayBars(record, nowMs),
      responseTimes: responseTimes.get(id) ?? [],
    }
  })
}

/** One component's uptime over a window that ends now.
 *  @throws OpsError not_found, permission_denied, or invalid_argument for a window that is not between 1 ms and 400 days. */
export async function getUptime(
  { db, clock, components }: UptimeDeps,
  principal: Principal,
  componentId: string,
  windowMs: number,
): Promise<{ uptime: UptimeWindow; fromMs: number; toMs: number }> {
  requireScope(principal, componentId)
  const component = components.get(componentId)
  if (!component) throw new OpsError('not_found', `There is no component ${componentId}.`)
  if (!(windowMs >= 1 && windowMs <= longestWindowMs)) {
    throw new OpsError('invalid_argument', 'The window must be between 1 ms and 400 days.', {
      fields: [{ pointer: '/query/window', detail: 'must be between 1 ms and 400 days' }],
    })
  }
  const toMs = clock.now()
  const fromMs = toMs - windowMs
  const intervals = await readEffective(db, [{ num: component.num, fromMs, toMs }], toMs)
  return { uptime: uptimeWindow(totalsOf(intervals.get(component.num) ?? [], fromMs, toMs)), fromMs, toMs }
}
