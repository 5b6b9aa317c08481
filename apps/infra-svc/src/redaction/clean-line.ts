import { storableText } from '../finding/storable.ts'
import { hidden, hideUserInfo } from './redact-value.ts'

const assigned =
  /((?:pass(?:word|wd)?|pwd|secret|token|api[_-]?key|authorization)["']?\s*[=:]\s*["']?)(?:bearer\s+)?[^\s"',;&]{3,}/gi

/** What is longer is cut: of such lines nothing is read but their beginning. */
const longest = 1_000

/** A line of a log as it may be kept and shown: without credentials in URLs and assignments, and without what no database
 *  takes. */
export const cleanLine = (line: string): string =>
  hideUserInfo(storableText(line.slice(0, longest))).replace(assigned, `$1${hidden}`)
