import type { MeasuredChecks, StatusService } from '@akashic/proto'
import { systemActor } from '@akashic/shared/audit'
import type { RpcClientOf } from '@akashic/shared/rpc'
import { ofEnough, unmeasured, type Measures, type Span } from '../measures.ts'

export type ChecksClient = Pick<RpcClientOf<StatusService>, 'measureChecks'>

export interface ChecksReading {
  /** Single results that are older are gone, ms since 1970. */
  readonly keptSinceMs: number
  readonly signal: AbortSignal
}

type About = Pick<Measures, 'component' | 'source' | 'method' | 'span'>

const atOnce = 200
const deadlineMs = 4_000

/** What our own checks say of components. They are few, and none is a user: of the rate of requests they say nothing.
 *  What is over time by `signal` is not asked for. */
export async function measureChecks(
  status: ChecksClient,
  components: readonly string[],
  span: Span,
  { keptSinceMs, signal }: ChecksReading,
): Promise<readonly Measures[]> {
  const about = { source: 'checks', method: 'exact samples', span } as const
  const none = (reason: string, howToGet: string | null) =>
    components.map((component) => unmeasured({ component, ...about }, reason, howToGet))
  if (signal.aborted) return none('the report had no time left to ask for it', null)
  if (span.fromMs < keptSinceMs)
    return none('single results of that time are kept no longer', 'Keep them longer: retention.results')
  const pages = Array.from({ length: Math.ceil(components.length / atOnce) }, (_, page) =>
    components.slice(page * atOnce, (page + 1) * atOnce),
  )
  return (await Promise.all(pages.map((page) => measurePage(status, page, span)))).flat()
}

async function measurePage(status: ChecksClient, page: readonly string[], span: Span): Promise<readonly Measures[]> {
  const about = (component: string) => ({ component, source: 'checks', method: 'exact samples', span }) as const
  try {
    const options = { principal: systemActor('infra').principal, deadlineMs }
    const { components } = await status.measureChecks({ componentIds: [...page], ...span }, options)
    const byId = new Map(components.map((each) => [each.componentId, each]))
    return page.map((component) => {
      const found = byId.get(component)
      return found
        ? ofChecks(about(component), found)
        : unmeasured(about(component), 'its checks did not run in this time', 'Give the component a check')
    })
  } catch {
    return page.map((component) => unmeasured(about(component), 'the status service does not answer', null))
  }
}

function ofChecks(about: About, found: MeasuredChecks): Measures {
  const { measured, failed, timed } = found
  const given = { p50Ms: found.p50Ms ?? null, p95Ms: found.p95Ms ?? null, p99Ms: found.p99Ms ?? null }
  const { kept, unknown } = ofEnough(timed, given)
  return {
    ...about,
    ...{ p50Ms: kept.p50Ms, p95Ms: kept.p95Ms, p99Ms: kept.p99Ms },
    ...{ count: measured, perSecond: null, failedPerSecond: null, meanMs: found.meanMs ?? null, atLeast: [] },
    failedRatio: measured === 0 ? null : failed / measured,
    unknown: [
      ...(timed === 0 ? [{ what: 'response times', reason: 'no run of a check was timed', howToGet: null }] : unknown),
      ...(measured === 0 ? [{ what: 'errors', reason: 'no run of a check says anything', howToGet: null }] : []),
    ],
  }
}
