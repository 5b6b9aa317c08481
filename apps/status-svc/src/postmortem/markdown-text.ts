/** `text` as one line of Markdown that means nothing but itself: no markup, no HTML, no link. */
export function asMarkdownText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_{}[\]<>()#+!|~&-]/g, '\\$&')
}
