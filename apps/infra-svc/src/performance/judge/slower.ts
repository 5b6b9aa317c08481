import type { Reference } from '@akashic/kubernetes'
import { lookAt } from '../../analyse/remedies.ts'
import { timesAsMuch, type Comparison } from '../comparison.ts'
import type { Measures } from '../measures.ts'
import { msText, sourceText } from '../words.ts'
import { componentFinding, type Judged } from './component-finding.ts'

const times = 2
const leastMoreMs = 100

const wording = {
  last_week: 'at the same hours last week',
  before_deploy: 'before the last deploy',
  earlier_test: 'in the load test before',
} as const

/** Slower where the 95th percentile is twice what it was, and 100 ms more. After a deploy that is a warning; against last
 *  week or an earlier test it is worth knowing. What only lies above a highest bucket is compared with nothing.
 *  @param workload what runs it; null where that is not known. */
export function slower(component: string, compared: readonly Comparison[], workload: Reference | null): Judged {
  const findings = compared.flatMap(({ to, now, then }) => {
    const ratio = timesAsMuch(p95(now), then && p95(then))
    if (ratio === null || ratio < times || now.p95Ms! - then!.p95Ms! < leastMoreMs) return []
    const isDeploy = to === 'before_deploy'
    return componentFinding({
      ...{ rule: 'perf-slower', severity: isDeploy ? 'warning' : 'info', component, reason: 'Slower' },
      part: `${to}:${now.source}`,
      summary: `The 95th percentile of response times is ${msText(now.p95Ms!)} by ${sourceText[now.source]}; ${wording[to]} it was ${msText(then!.p95Ms!)}.`,
      evidence: {
        '95th percentile now': `${msText(now.p95Ms!)}, ${now.method}, of ${Math.round(now.count ?? 0)}`,
        [`95th percentile ${wording[to]}`]: `${msText(then!.p95Ms!)}, of ${Math.round(then!.count ?? 0)}`,
      },
      remedies:
        isDeploy && workload !== null
          ? [lookAt('See what the deploy changed', `akashic rollout diff ${target(workload)}`)]
          : [lookAt('See what was changed', `akashic why --component ${component}`)],
      atMs: now.span.toMs,
    })
  })
  return { findings, unknown: [] }
}

const target = ({ kind, namespace, name }: Reference): string => `${kind.toLowerCase()}/${name} -n ${namespace}`

/** In ms; null where it is not known, or only that it is no less. */
export const p95 = ({ p95Ms, atLeast }: Measures): number | null => (atLeast.includes('p95Ms') ? null : p95Ms)
