import type { ComponentRecord } from '../component/component.ts'
import { namedChecks } from '../component/check-names.ts'
import type { Picture } from '../status/picture.ts'
import { holdsForMs } from '../status/verdict-record.ts'
import type { Finding } from './finding.ts'

/** A check whose newest results, since `sinceMs`, all say outage or partial outage. */
export interface RedCheck {
  readonly componentNum: number
  readonly name: string
  /** Its newest result. */
  readonly atMs: number
  readonly sinceMs: number
}

/** How long the page may stay green: results are confirmed before a status turns, and a turn takes a second to be shown. */
export const greenWithinMs = 60_000

/** Critical components of which the page says that they are well while a check of theirs is red.
 *  Red is a check whose newest result says outage or partial outage, whether or not its failure threshold is met yet; one
 *  that is older than results hold, or from before the checks were last paused, says nothing. That has to last a minute.
 *  Green is the page when it shows the component as operational: while its failures are not confirmed yet, or because the
 *  picture lags behind. A component that the page does not show (it is internal, or missing from the picture) is green
 *  when the page as a whole is. `maintenance` is not green: the public is told; neither are `degraded`, as a component is
 *  while it flaps, and `unknown`, as it is while results are missing or the checker is blind.
 *  @param critical the critical components */
export function pageGreenWhileRed(
  critical: readonly ComponentRecord[],
  picture: Pick<Picture, 'components' | 'overall' | 'overallSinceMs'>,
  redChecks: readonly RedCheck[],
  nowMs: number,
): Finding[] {
  const redOf = Map.groupBy(redChecks, (check) => check.componentNum)
  return critical.flatMap((record) => {
    const red = firstRed(record, redOf.get(record.num) ?? [], nowMs)
    const green = red && greenOf(record, picture)
    if (!green) return []
    const sinceMs = Math.max(red.sinceMs, green.sinceMs)
    if (nowMs - sinceMs < greenWithinMs) return []
    const { num, id, spec } = record
    const subject = { kind: 'component' as const, num, id, visibility: spec.visibility }
    const summary = `${green.words}, though check ${red.name} says that ${id} is down.`
    return [{ kind: 'page_green_while_red' as const, subject, sinceMs, summary }]
  })
}

/** The check that has been red longest, of those that the component has now. */
function firstRed({ spec }: ComponentRecord, redChecks: readonly RedCheck[], nowMs: number): RedCheck | undefined {
  const checks = new Map(namedChecks(spec).map((check) => [check.name, check.spec]))
  return redChecks
    .filter(({ name, atMs }) => {
      const check = checks.get(name)
      return check !== undefined && atMs + holdsForMs(check) >= nowMs
    })
    .toSorted((a, b) => a.sinceMs - b.sinceMs)[0]
}

/** What the page says that is green, and since when; null when it does not. */
function greenOf(
  { id, spec }: ComponentRecord,
  { components, overall, overallSinceMs }: Pick<Picture, 'components' | 'overall' | 'overallSinceMs'>,
): { readonly words: string; readonly sinceMs: number } | null {
  const shown = components.get(id)
  if (shown && spec.visibility === 'public') {
    const isGreen = shown.status === 'operational'
    return isGreen ? { words: `The page shows ${id} as operational`, sinceMs: shown.sinceMs } : null
  }
  if (overall !== 'operational' || shown?.status === 'maintenance') return null
  return { words: `The page says that all is operational and leaves ${id} out`, sinceMs: overallSinceMs }
}
