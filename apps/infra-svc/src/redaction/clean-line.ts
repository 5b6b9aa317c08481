import { storableText } from '../finding/storable.ts'
import { hideCredentials } from './hide-credentials.ts'

/** What is longer is cut: of such lines nothing is shown but their beginning. */
const longest = 1_000

/** A line of a log as it may be kept and shown: without credentials, and without what no database takes. What is cut off
 *  must not hide what comes before it: more is looked at than is shown. */
export const cleanLine = (line: string): string =>
  hideCredentials(storableText(line.slice(0, 2 * longest))).slice(0, longest)
