import type { Config } from '@akashic/config'
import { statusToProto, type HealthName, type StatusName, type StatusService } from '@akashic/proto'
import { systemActor } from '@akashic/shared/audit'
import type { RpcClientOf } from '@akashic/shared/rpc'
import type { Logger } from 'pino'

export interface ReportDeps {
  readonly client: RpcClientOf<StatusService>
  readonly config: () => Pick<Config, 'ai' | 'components'>
  readonly healthOf: (providers: readonly string[]) => { readonly all: readonly HealthName[]; readonly message: string }
  readonly log: Logger
}

/** The component of the status page that stands for all providers. */
export const aiServicesId = 'ai-services'

/** How long a report holds: a few rounds may be missed. */
const holdsMs = 60_000

/** Tells the status service how the components are that hang on AI providers. What is not known is not told: what was told
 *  before runs out, and then the component is unknown. */
export async function reportComponents({ client, config, healthOf, log }: ReportDeps): Promise<void> {
  const { ai, components } = config()
  if (ai.providers.length === 0) return
  const all = ai.providers.map(({ name }) => name)
  for (const { id, checks, targets } of components) {
    if (!checks.some(({ kind }) => kind === 'reported')) continue
    const named = targets?.aiProviders ?? []
    const providers = named.length > 0 ? named : id === aiServicesId ? all : []
    if (providers.length === 0) continue
    const { all: healths, message } = healthOf(providers)
    const status = statusOf(healths)
    if (status === 'unknown') continue
    const report = { componentId: id, status: statusToProto(status), message, ttlMs: holdsMs }
    await client
      .reportState(report, { principal: systemActor('ai-health').principal })
      .catch((error: unknown) =>
        log.warn({ err: error, component: id }, 'the state of a component could not be reported'),
      )
  }
}

/** Some of several providers down is a partial outage, though others answer for them. */
export function statusOf(healths: readonly HealthName[]): StatusName {
  if (healths.length === 0 || healths.every((health) => health === 'unknown')) return 'unknown'
  if (healths.every((health) => health === 'failed')) return 'outage'
  if (healths.some((health) => health === 'failed')) return 'partial_outage'
  if (healths.some((health) => health === 'degraded')) return 'degraded'
  return healths.includes('unknown') ? 'unknown' : 'operational'
}
