const hidden = '(hidden)'
const userInfo = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi
const assigned =
  /((?:pass(?:word|wd)?|pwd|secret|token|api[_-]?key|authorization)["']?\s*[=:]\s*["']?)(?:bearer\s+)?[^\s"',;&]{3,}/gi

/** A line of a log as it may be kept and shown: without credentials in URLs and assignments, and without what no database
 *  takes. */
export const cleanLine = (line: string): string =>
  line.replaceAll('\u0000', '').toWellFormed().replace(userInfo, `$1${hidden}@`).replace(assigned, `$1${hidden}`)
