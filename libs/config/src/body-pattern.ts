import { RE2JS } from 're2js'

/** A pattern is matched against so much of a body, in UTF-16 units: its time grows with this and with the size of its program. */
const matchedLength = 65_536
/** Measured: the slowest patterns of this size take half a second for that much text. `[a-z]{100}` has a size of 102. */
const largestProgram = 150
/** What would take long only to compile is refused before. */
const largestEstimate = 10_000

/** Tells whether `expected`, as checks have it, is written `/pattern/` (RE2) rather than as plain text. */
export function isBodyPattern(expected: string): boolean {
  return expected.length > 2 && expected.startsWith('/') && expected.endsWith('/')
}

/** Compiles `/pattern/` to what tells whether the first 64 Ki characters of a body match.
 *  @throws Error, whose message says what must change, when it does not compile or would take too long. */
export function compileBodyPattern(expected: string): (body: string) => boolean {
  const source = expected.slice(1, -1)
  if (copiesAtMost(source) > largestEstimate) throw tooLarge()
  const pattern = compile(source)
  if (pattern.programSize() > largestProgram) throw tooLarge()
  return (body) => pattern.matcher(body.slice(0, matchedLength)).find()
}

/** What keeps `expected` from being matched; null when nothing does. */
export function bodyPatternProblem(expected: string): string | null {
  if (!isBodyPattern(expected)) return null
  try {
    compileBodyPattern(expected)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

const tooLarge = () => new Error('is too large a pattern: repeat less, as {100} stands for a hundred copies')

/** How many copies counted repetition makes, were each counted group around all else. */
function copiesAtMost(source: string): number {
  const counts = [...source.matchAll(/(\))?\{(\d+)(?:,(\d*))?\}/g)].map(([, group, least, most]) => ({
    isOfGroup: group !== undefined,
    count: Math.max(1, Number(most || least)),
  }))
  const sum = counts.reduce((total, { count }) => total + count, 0)
  return counts.reduce((total, { isOfGroup, count }) => (isOfGroup ? total * count : total), sum)
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source)
  } catch (error) {
    throw new Error(`is no pattern of RE2: ${(error as Error).message}`, { cause: error })
  }
}
