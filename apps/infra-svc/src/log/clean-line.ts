const hidden = '(hidden)'
const userInfo = /((?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@]+@/gi
const assigned =
  /((?:pass(?:word|wd)?|pwd|secret|token|api[_-]?key|authorization)["']?\s*[=:]\s*["']?)(?:bearer\s+)?[^\s"',;&]{3,}/gi

/** What is longer is cut: of such lines nothing is read but their beginning. */
const longest = 1_000

/** A line of a log as it may be kept and shown: without credentials in URLs and assignments, and without what no database
 *  takes. */
export const cleanLine = (line: string): string =>
  line
    .slice(0, longest)
    .replaceAll('\u0000', '')
    .toWellFormed()
    .replace(userInfo, `$1${hidden}@`)
    .replace(assigned, `$1${hidden}`)
