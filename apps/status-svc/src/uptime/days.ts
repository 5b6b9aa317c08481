export const dayMs = 86_400_000

/** Start of the UTC day that `ms` lies in. */
export const dayStart = (ms: number): number => Math.floor(ms / dayMs) * dayMs

/** A UTC day as YYYY-MM-DD. */
export const dayName = (startMs: number): string => new Date(startMs).toISOString().slice(0, 10)

/** Starts of the UTC days that `fromMs` to `toMs` touches, oldest first. */
export function daysTouched(fromMs: number, toMs: number): number[] {
  const days: number[] = []
  for (let day = dayStart(fromMs); day < toMs; day += dayMs) days.push(day)
  return days
}
