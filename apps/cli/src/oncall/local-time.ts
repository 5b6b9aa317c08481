/** `Fri 2026-11-27 09:00`: an instant by the clocks of a time zone. A zone that is not known here is UTC. */
export function localTime(atMs: number, timeZone: string): string {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  )
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? ''
  return `${part('weekday')} ${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`
}

/** `Fri 2026-11-27 00:30 Europe/Berlin (2026-11-26 23:30 UTC)`: by the clocks of a time zone and in UTC, whose day is told
 *  where it is another. */
export function localAndUtc(atMs: number, timeZone: string): string {
  const local = localTime(atMs, timeZone)
  const utc = localTime(atMs, 'UTC')
  if (utc === local) return `${local} UTC`
  return `${local} ${timeZone} (${utc.slice(0, 14) === local.slice(0, 14) ? utc.slice(15) : utc.slice(4)} UTC)`
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const format = {
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  } as const
  try {
    return new Intl.DateTimeFormat('en-GB', { ...format, timeZone })
  } catch {
    return new Intl.DateTimeFormat('en-GB', { ...format, timeZone: 'UTC' })
  }
}
