/** `3 days`, `2 h`, `40 s`. */
export function ageText(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`
  return `${Math.round(seconds / 86_400)} days`
}

/** `12 MB`, as Postgres counts them. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  let value = Math.abs(bytes)
  let at = 0
  for (; value >= 1_024 && at < units.length - 1; at++) value /= 1_024
  return `${bytes < 0 ? '-' : ''}${value >= 100 || at === 0 ? Math.round(value) : Number(value.toPrecision(2))} ${units[at]}`
}

export const percentText = (ratio: number): string => `${Math.floor(ratio * 1_000) / 10} %`

/** `one thing`, `2 things`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  count === 1 ? `1 ${one}` : `${count} ${many}`

/** `1.25 s`, `12.5 ms`. */
export const msText = (ms: number): string =>
  ms >= 1_000 ? `${Number((ms / 1_000).toPrecision(3))} s` : `${Number(ms.toPrecision(3))} ms`
