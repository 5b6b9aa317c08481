import { extractErrors } from './extract-errors.ts'
import type { LogFact } from './log-facts.ts'
import type { LogTail } from './log-lines.ts'

/** Lines, such as those of a stack, that may still follow. */
const mostAfterwards = 60
/** By the levels of structured logs (those of pino are numbers, an error is 50), of klog, and of those who write them in front. */
const onlyRemarked =
  /\blevel["']?[=:] ?["']?(?:warn|info|debug|trace|[1-4]0\b)|\b(?:WARN|WARNING|INFO|DEBUG)\b|^[IW]\d{4} \d\d:|\[(?:warn|warning|notice|info|debug|trace)\]|^(?:warn|warning|notice|info|debug|trace):/

/** Whether what a line says is the last that its process complained of, and is no mere remark. */
export function isLastComplaint({ container, isPrevious, line }: LogFact, tails: readonly LogTail[]): boolean {
  const lines = tails.find((tail) => tail.container === container && tail.isPrevious === isPrevious)?.lines ?? []
  const after = lines.slice(lines.lastIndexOf(line) + 1)
  return !onlyRemarked.test(line) && after.length <= mostAfterwards && extractErrors(after).length === 0
}
