const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Text from elsewhere, without what would move the cursor, colour the terminal or turn the line around. */
export function printable(text: string): string {
  return text.replace(/[\r\n\t]+/g, ' ').replace(unprintable, '')
}

/** Columns that `text` takes on a terminal. */
export function textWidth(text: string): number {
  let width = 0
  for (const { segment } of new Intl.Segmenter().segment(text)) width += wide.test(segment) ? 2 : 1
  return width
}

/** `text` cut to `columns`, with an ellipsis where something is missing. */
export function truncate(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text
  let kept = ''
  let width = 0
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += textWidth(segment)
    if (width > columns - 1) break
    kept += segment
  }
  return `${kept}…`
}

/** `parts` joined by `gap` into lines of at most `columns`. */
export function wrapped(parts: readonly string[], gap: string, columns: number): string[] {
  return parts.reduce<string[]>((lines, part) => {
    const longer = [...lines.slice(-1), part].join(gap)
    return textWidth(longer) <= columns ? [...lines.slice(0, -1), longer] : [...lines, part]
  }, [])
}
