import { compileBodyPattern, isBodyPattern } from '@akashic/config'

const maxPatterns = 1_000
const patterns = new Map<string, (body: string) => boolean>()

/** Tells whether a body contains `expected`, or matches it when it is written `/pattern/`. */
export function matcherOf(expected: string): (body: string) => boolean {
  if (!isBodyPattern(expected)) return (body) => body.includes(expected)
  const known = patterns.get(expected)
  if (known) return known
  const matcher = compileBodyPattern(expected)
  if (patterns.size >= maxPatterns) patterns.clear()
  patterns.set(expected, matcher)
  return matcher
}
