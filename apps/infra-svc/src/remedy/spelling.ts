/** At most two letters apart, of words that are not the same. */
export function isTypo(a: string, b: string): boolean {
  if (a === b || b === '' || Math.abs(a.length - b.length) > 2) return false
  let row = [...Array(b.length + 1).keys()]
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length]! <= 2
}

/** The one name that may have been meant; undefined where none or several are near. */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  const near = names.filter((name) => name.length > 3 && isTypo(given, name))
  return near.length === 1 ? near[0] : undefined
}
