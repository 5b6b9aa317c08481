import { extractErrors } from './extract-errors.ts'
import type { LogFact } from './log-facts.ts'
import type { LogTail } from './log-lines.ts'

/** Lines, such as those of a stack, that may still follow. */
const mostAfterwards = 60
const onlyRemarked = /\blevel["']?[=:] ?["']?(?:warn|info|debug|trace)|\b(?:WARN|WARNING|INFO|DEBUG)\b/

/** Whether what a line says is the last that its process complained of, and is no mere remark. */
export function isLastComplaint({ container, isPrevious, line }: LogFact, tails: readonly LogTail[]): boolean {
  const lines = tails.find((tail) => tail.container === container && tail.isPrevious === isPrevious)?.lines ?? []
  const after = lines.slice(lines.lastIndexOf(line) + 1)
  return !onlyRemarked.test(line) && after.length <= mostAfterwards && extractErrors(after).length === 0
}
