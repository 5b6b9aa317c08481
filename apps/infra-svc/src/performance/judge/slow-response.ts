import { lookAt } from '../../analyse/remedies.ts'
import type { Measures } from '../measures.ts'
import { msText, sourceText } from '../words.ts'
import { componentFinding, type Judged } from './component-finding.ts'

/** Slow where the 95th percentile is above the limit, by what users did or by our own checks; under a load test that is only
 *  worth knowing.
 *  @param limitMs `infra.performance.responseP95`. */
export function slowResponse(component: string, measured: readonly Measures[], limitMs: number): Judged {
  const slow = measured.filter((each) => isSlow(each, limitMs) === true)
  const unsure = measured.filter((each) => isSlow(each, limitMs) === null && each.p95Ms !== null)
  const unknown = unsure.map(({ p95Ms }) => ({
    what: `whether its 95th percentile is above ${msText(limitMs)}`,
    reason: `it lies above the highest bucket of its histogram, ${msText(p95Ms!)}`,
    howToGet: `Give the histogram buckets up to ${msText(limitMs * 2)} and more`,
  }))
  const [first] = slow
  if (first === undefined) return { findings: [], unknown }
  const isOfUse = slow.some(({ source }) => source !== 'load-test')
  const finding = componentFinding({
    ...{ rule: 'perf-slow-response', severity: isOfUse ? 'warning' : 'info', component, reason: 'SlowResponse' },
    summary: `The 95th percentile of response times is ${p95Text(first)} by ${sourceText[first.source]}; the limit is ${msText(limitMs)}.`,
    evidence: Object.fromEntries(
      slow.map((each) => [
        `95th percentile by ${sourceText[each.source]}`,
        `${p95Text(each)}, ${each.method}, of ${Math.round(each.count ?? 0)}`,
      ]),
    ),
    remedies: [lookAt('See whether what runs it has trouble', `akashic why --component ${component}`)],
    atMs: first.span.toMs,
  })
  return { findings: [finding], unknown }
}

/** Whether a 95th percentile is above the limit; null where it is not known: also of what lies above a highest bucket that is below the limit. */
export function isSlow({ p95Ms, atLeast }: Measures, limitMs: number): boolean | null {
  if (p95Ms === null) return null
  if (!atLeast.includes('p95Ms')) return p95Ms > limitMs
  return p95Ms >= limitMs ? true : null
}

const p95Text = ({ p95Ms, atLeast }: Measures): string =>
  `${atLeast.includes('p95Ms') ? 'more than ' : ''}${msText(p95Ms ?? 0)}`
