import { logFacts, type LogFact } from './log-facts.ts'
import type { LogTail } from './log-lines.ts'

export interface LoggedRefusal {
  readonly fact: LogFact
  /** Whether it was still refused when the last line was written; else that may have been at any time of the run. */
  readonly isOfItsEnd: boolean
}

/** The connections that a container says were refused, each as it was last said. That of whom it says later that it reached
 *  them is none. Lines have no time: that it was refused to the end is told by nothing but a stack that follows, or by how
 *  often it comes again. */
export function refusalsOf(tails: readonly LogTail[]): readonly LoggedRefusal[] {
  return logFacts(tails)
    .filter(({ kind }) => kind === 'connection_refused')
    .flatMap((fact) => {
      const lines = linesOf(tails, fact)
      const at = lines.map((line, index) => (isSame(line, fact) ? index : -1)).filter((index) => index >= 0)
      const last = at.at(-1) ?? -1
      const after = lines.slice(last + 1)
      const later = fact.isPrevious ? linesOf(tails, { ...fact, isPrevious: false }) : []
      if ([...after, ...later].some((line) => isReached(line, fact))) return []
      return [{ fact, isOfItsEnd: after.every((line) => ofStack.test(line)) || after.length < longestGap(at) }]
    })
}

const linesOf = (tails: readonly LogTail[], { container, isPrevious }: LogFact): readonly string[] =>
  tails.find((tail) => tail.container === container && tail.isPrevious === isPrevious)?.lines ?? []

function isSame(line: string, { host, port, line: last }: LogFact): boolean {
  if (line === last) return true
  const [fact] = logFacts([{ container: '', isPrevious: false, lines: [line] }])
  return fact?.kind === 'connection_refused' && fact.host === host && fact.port === port
}

/** Between two that follow each other, of three at least. */
const longestGap = (at: readonly number[]): number =>
  at.length < 3 ? 0 : Math.max(...at.slice(1).map((index, before) => index - at[before]!))

/** What runtimes write after the line that tells of an error. */
const ofStack =
  /^\s|^$|^at |^\.\.\. |^Caused by|^[)}\]]|^Node\.js v|^Traceback|^goroutine |^exit status|^npm (?:ERR!|error)/

const reached = /\b(?:connected|connection established|reached|succe\w+|available|healthy|is up|ok|20\d)\b/i
const notReached =
  /\bnot?\b|n't|cannot|fail|error|refus|unable|lost|closed|retry|\btr(?:y|ying|ies)\b|wait|until|unavailable/i

function isReached(line: string, { host, port }: LogFact): boolean {
  const to = port === null ? host : `${host}:${port}`
  return to !== null && line.toLowerCase().includes(to) && reached.test(line) && !notReached.test(line)
}
