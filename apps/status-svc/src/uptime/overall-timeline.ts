import { OverallTally, type OverallStatus } from '../status/overall-status.ts'
import type { Interval } from './interval.ts'

/** One component's part in the page's past. */
export interface TimelinePart {
  readonly critical: boolean
  readonly intervals: readonly Interval[]
}

export interface OverallInterval extends Interval {
  readonly status: OverallStatus
}

/** The overall status over time, by the rule for the present applied to each moment. A component counts while it has an
 *  interval; where none has one, there is no overall interval. */
export function overallTimeline(parts: readonly TimelinePart[]): OverallInterval[] {
  const turns = parts.flatMap(({ critical, intervals }) =>
    intervals.flatMap(({ fromMs, toMs, status }) => [
      { atMs: fromMs, by: 1, component: { critical, status } },
      { atMs: toMs, by: -1, component: { critical, status } },
    ]),
  )
  turns.sort((a, b) => a.atMs - b.atMs)
  const tally = new OverallTally()
  const timeline: OverallInterval[] = []
  let present = 0
  turns.forEach(({ atMs, by, component }, i) => {
    if (by > 0) tally.add(component)
    else tally.remove(component)
    present += by
    const untilMs = turns[i + 1]?.atMs ?? atMs
    if (untilMs > atMs && present > 0) append(timeline, { fromMs: atMs, toMs: untilMs, status: tally.status() })
  })
  return timeline
}

function append(timeline: OverallInterval[], next: OverallInterval): void {
  const last = timeline.at(-1)
  if (last && last.toMs === next.fromMs && last.status === next.status)
    timeline.splice(-1, 1, { ...last, toMs: next.toMs })
  else timeline.push(next)
}
