const maxPatterns = 1_000
const patterns = new Map<string, (text: string) => boolean>()

/** Tells whether a text contains `expected`, or matches it when it is written `/pattern/` (RE2, so that no pattern
 *  can take more than linear time). A pattern that does not compile matches nothing. */
export async function matcherOf(expected: string): Promise<(text: string) => boolean> {
  const isPattern = expected.length > 2 && expected.startsWith('/') && expected.endsWith('/')
  if (!isPattern) return (text) => text.includes(expected)
  const known = patterns.get(expected)
  if (known) return known
  const { RE2JS } = await import('re2js')
  const matcher = compile(() => RE2JS.compile(expected.slice(1, -1)))
  if (patterns.size >= maxPatterns) patterns.clear()
  patterns.set(expected, matcher)
  return matcher
}

function compile(make: () => { matcher(text: string): { find(): boolean } }): (text: string) => boolean {
  try {
    const pattern = make()
    return (text) => pattern.matcher(text).find()
  } catch {
    return () => false
  }
}
