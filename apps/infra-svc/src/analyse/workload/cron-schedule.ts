const named: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const dayMs = 86_400_000
const hourMs = 3_600_000
const minuteMs = 60_000
/** A schedule for 29 February alone comes round this often, at most. */
const farthestDays = 366 * 8

interface Schedule {
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  isDay(dayOfMonth: number, month: number, dayOfWeek: number): boolean
}

/** The last time at or before `before` at which a schedule was due, ms since 1970; null where the schedule or the time
 *  zone cannot be read, or none was due after `since`. Source: five fields as robfig/cron reads them for CronJobs. */
export function lastDue(
  schedule: string,
  timeZone: string,
  { since, before }: { readonly since: number; readonly before: number },
): number | null {
  const parsed = parse(schedule)
  const offset = offsetOf(timeZone || 'UTC')
  if (!parsed || !offset) return null
  const local = before + offset(before)
  for (let back = 0; back <= farthestDays; back++) {
    const midnight = Math.floor(local / dayMs) * dayMs - back * dayMs
    if (midnight + dayMs < since + offset(since)) return null
    const date = new Date(midnight)
    if (!parsed.isDay(date.getUTCDate(), date.getUTCMonth() + 1, date.getUTCDay())) continue
    for (const hour of parsed.hours.toReversed()) {
      for (const minute of parsed.minutes.toReversed()) {
        const due = midnight + hour * hourMs + minute * minuteMs
        if (due > local) continue
        const at = due - offset(due - offset(due))
        return at > since ? at : null
      }
    }
  }
  return null
}

function parse(schedule: string): Schedule | null {
  const fields = (named[schedule.trim()] ?? schedule.trim()).split(/\s+/)
  if (fields.length !== 5) return null
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields
  const minutes = numbersOf(minute, 0, 59)
  const hours = numbersOf(hour, 0, 23)
  const daysOfMonth = numbersOf(day, 1, 31)
  const inMonths = numbersOf(month, 1, 12, months, 1)
  const weekdays = numbersOf(weekday, 0, 6, days, 0)
  if (!minutes || !hours || !daysOfMonth || !inMonths || !weekdays) return null
  const isEither = isRestricted(day) && isRestricted(weekday)
  return {
    minutes,
    hours,
    isDay: (date, inMonth, weekdayOfDate) => {
      const [fitsDate, fitsWeekday] = [daysOfMonth.includes(date), weekdays.includes(weekdayOfDate)]
      return inMonths.includes(inMonth) && (isEither ? fitsDate || fitsWeekday : fitsDate && fitsWeekday)
    },
  }
}

const isRestricted = (field: string): boolean => !field.startsWith('*') && !field.startsWith('?')

function numbersOf(
  field: string,
  least: number,
  most: number,
  names: readonly string[] = [],
  firstName = 0,
): readonly number[] | null {
  const found = new Set<number>()
  const numberOf = (text: string): number => {
    const index = names.indexOf(text.toUpperCase())
    return index >= 0 ? index + firstName : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN
  }
  for (const part of field.split(',')) {
    const [range = '', step, ...rest] = part.split('/')
    const [from, to, ...more] = range === '*' || range === '?' ? [String(least), String(most)] : range.split('-')
    const first = numberOf(from ?? '')
    const last = to === undefined ? (step === undefined ? first : most) : numberOf(to)
    const by = step === undefined ? 1 : Number(step)
    const isWhole = rest.length === 0 && more.length === 0 && Number.isInteger(by) && by > 0
    if (!isWhole || !(first >= least) || !(last <= most) || first > last) return null
    for (let value = first; value <= last; value += by) found.add(value)
  }
  return [...found].toSorted((a, b) => a - b)
}

/** How far a zone's clocks are ahead of UTC, in ms, at an instant; null for a zone that there is not. */
function offsetOf(timeZone: string): ((at: number) => number) | null {
  if (timeZone === 'UTC' || timeZone === 'Etc/UTC') return () => 0
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    })
    return (at) => {
      const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
      const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0
      const local = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'))
      return local - Math.floor(at / 1_000) * 1_000
    }
  } catch {
    return null
  }
}
