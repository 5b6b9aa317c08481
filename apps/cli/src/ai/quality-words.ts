/** `0.82`, rounded down so that what is below a threshold never reads as on it. */
export const scoreText = (score: number | null): string =>
  score === null ? 'not measured' : (Math.floor(score * 100 + 1e-9) / 100).toFixed(2)

/** `2 %`, `0.4 %`. */
export function shareText(share: number | null): string {
  if (share === null) return 'not measured'
  const percent = share * 100
  return `${percent > 0 && percent < 10 ? Number(percent.toFixed(1)) : Math.round(percent)} %`
}
