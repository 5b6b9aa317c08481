import { lookAt } from '../../analyse/remedies.ts'
import { percentText } from '../../database/words.ts'
import type { Measures } from '../measures.ts'
import { sourceText } from '../words.ts'
import { componentFinding, type Judged } from './component-finding.ts'

/** One failure of a few requests is no share. */
const fewest = 20
const criticalRatio = 0.5

/** Fails where the share of failed requests, or of our own checks, reaches the limit.
 *  @param limit `infra.performance.errorRatio`. */
export function failing(component: string, measured: readonly Measures[], limit: number): Judged {
  const bad = measured.filter(
    ({ failedRatio, count }) => failedRatio !== null && failedRatio >= limit && (count ?? 0) >= fewest,
  )
  const [first] = bad.toSorted((a, b) => b.failedRatio! - a.failedRatio!)
  if (first === undefined) return { findings: [], unknown: [] }
  const isOfUse = bad.some(({ source }) => source !== 'load-test')
  const severity = !isOfUse ? 'info' : first.failedRatio! >= criticalRatio ? 'critical' : 'warning'
  const finding = componentFinding({
    ...{ rule: 'perf-errors', severity, component, reason: 'Errors' },
    summary: `${percentText(first.failedRatio!)} of requests fail by ${sourceText[first.source]}; the limit is ${percentText(limit)}.`,
    evidence: Object.fromEntries(
      bad.map(({ source, failedRatio, count }) => [
        `failed by ${sourceText[source]}`,
        `${percentText(failedRatio!)} of ${Math.round(count!)}`,
      ]),
    ),
    remedies: [lookAt('See what is wrong with what runs it', `akashic why --component ${component}`)],
    atMs: first.span.toMs,
  })
  return { findings: [finding], unknown: [] }
}
