import { mayTouch } from '@akashic/shared/access'
import { OpsError } from '@akashic/shared/errors'
import type { Principal } from '@akashic/shared/identity'
import type { KnownComponent } from '../component/known-components.ts'
import type { Runbook } from '../runbook/runbook.ts'
import { summaryOf } from './component-summary.ts'
import { gather, runningIn, type GatherDeps } from './gather.ts'
import { judgeComponent } from './judge/judge-component.ts'
import { performanceReport, type PerformanceReport } from './report.ts'

export interface PerformanceDeps extends GatherDeps {
  readonly components: () => Promise<readonly KnownComponent[]>
  readonly runbooks: () => readonly Runbook[]
}

/** For all that is asked outside; what has not answered by then is unknown. */
const deadlineMs = 12_000

/** How components perform, measured now.
 *  @param component empty for all that the caller may see. @throws OpsError not_found. */
export async function showPerformance(
  deps: PerformanceDeps,
  component: string,
  principal: Principal,
): Promise<PerformanceReport> {
  const all = (await deps.components()).filter(({ id }) => mayTouch(principal, id))
  const wanted = component === '' ? all : all.filter(({ id }) => id === component)
  if (component !== '' && wanted.length === 0) throw new OpsError('not_found', `There is no component ${component}.`)
  const settings = deps.settings()
  const gathered = await gather(deps, wanted, AbortSignal.timeout(deadlineMs))
  const judged = wanted.map((each) =>
    judgeComponent(each.id, gathered, settings, runningIn(deps.clusters, each)?.workload ?? null),
  )
  return performanceReport({
    ...{
      judged,
      window: gathered.window,
      queries: gathered.queries,
      outOfMemory: gathered.outOfMemory,
      runbooks: deps.runbooks(),
    },
    summaries: judged.map((each) => summaryOf(each, gathered.queries, gathered.workloads.has(each.component))),
    deploys: [...gathered.spans].map(([id, { deploy, noDeploy }]) => ({
      ...{ component: id, atMs: deploy?.atMs ?? null, reason: noDeploy },
    })),
  })
}
