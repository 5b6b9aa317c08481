/** The lines of Markdown with those of fenced code empty, and whether a block is left open (CommonMark 4.5). */
export function withoutFencedCode(markdown: string): { readonly lines: readonly string[]; readonly isOpen: boolean } {
  let open: string | null = null
  const lines = markdown.split('\n').map((line) => {
    const [, fence, info] = /^\s*(?:>\s?)*(`{3,}|~{3,})(.*)$/.exec(line) ?? []
    if (fence === undefined || info === undefined) return open === null ? line : ''
    if (open === null) {
      // Between backticks on one line it is code within a sentence.
      if (fence.startsWith('`') && info.includes('`')) return line
      open = fence
    } else if (fence.startsWith(open) && info.trim() === '') open = null
    return ''
  })
  return { lines, isOpen: open !== null }
}
