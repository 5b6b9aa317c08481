/** `320 ms`, `3.2 s`. */
export const msText = (ms: number): string =>
  ms >= 1_000 ? `${Number((ms / 1_000).toPrecision(3))} s` : `${Number(ms.toPrecision(3))} ms`

export const sourceText = {
  prometheus: 'Prometheus',
  checks: 'its checks',
  'load-test': 'the last load test',
} as const

/** `2 min`, `3.5 h`, `2 days`. */
export function spanText(ms: number): string {
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`
  return ms < 172_800_000 ? `${Number((ms / 3_600_000).toFixed(1))} h` : `${Math.round(ms / 86_400_000)} days`
}
