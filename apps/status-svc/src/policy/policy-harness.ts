import { configSchema, type ComponentInput, type ConfigInput, type IncidentPolicy } from '@akashic/config'
import { sql } from '@akashic/shared/postgres'
import { Registry } from 'prom-client'
import { alertHarness } from '../alert/alert-harness.ts'
import { followComponents } from '../incident/follow-components.ts'
import type { Incident } from '../incident/incident.ts'
import { listIncidents } from '../incident/list.ts'
import { responder } from '../incident/incident-harness.ts'
import { aVerdict, minute } from '../service-harness.ts'
import type { Verdict } from '../status/check-verdict.ts'
import { createPolicyKeeper } from './keep-policies.ts'
import { createPolicyMetrics } from './policy-metrics.ts'

const lastChannel = 'akashic_test_last'

type PolicyInput = NonNullable<NonNullable<ConfigInput['incidents']>['policies']>[number]

/** For tests: two replicas that keep the policies on a real database, with the default policy unless said otherwise. */
export async function policyHarness(inputs: readonly ComponentInput[], ...policies: readonly PolicyInput[]) {
  const service = await alertHarness(inputs)
  const { clock } = service
  const configure = (next: readonly PolicyInput[] | undefined): readonly IncidentPolicy[] =>
    configSchema.parse({ components: [...inputs], incidents: { policies: next && [...next] } }).incidents.policies
  let configured = configure(policies.length === 0 ? undefined : policies)
  const verdicts = new Map<string, { verdict: Verdict; sinceMs: number }>()
  const registry = new Registry()
  const keeperOn = (metrics: Registry) =>
    createPolicyKeeper({ ...service, policies: () => configured, metrics: createPolicyMetrics(metrics) })
  const keepers = [keeperOn(registry), keeperOn(new Registry())]

  /** Says again what the checks say, as they do all the time. */
  const measure = () =>
    service.apply(...[...verdicts].map(([id, { verdict, sinceMs }]) => aVerdict(id, verdict, clock.now(), { sinceMs })))

  /** What the timers of so many replicas do at once, after a while in which the checks went on. */
  async function tick(afterMs = 1_000, replicas = 1): Promise<void> {
    const endMs = clock.now() + afterMs
    while (clock.now() < endMs) {
      clock.advance(Math.min(minute, endMs - clock.now()))
      await measure()
    }
    clock.advance(1_000)
    await hearAll()
    const tickOf = async (keeper: (typeof keepers)[number]) =>
      keeper.tick(clock.now(), await followComponents(service, keeper.reaction))
    await Promise.all(keepers.slice(0, replicas).map(tickOf))
  }

  /** Waits until everything that was notified before has been heard. */
  async function hearAll(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const stop = await service.db.listen(
      lastChannel,
      () => resolve(),
      () => undefined,
    )
    await service.db.query(sql`SELECT pg_notify(${lastChannel}, '')`)
    await promise
    await stop()
  }

  const incidents = async (): Promise<readonly Incident[]> => {
    const query = { limit: 200, cursor: '', statuses: [], severities: [], componentId: '' }
    const { incidents: found } = await listIncidents(service, responder.principal, query)
    return Promise.all(found.toReversed().map(({ id }) => service.read(id)))
  }

  for (const keeper of keepers) await keeper.start()
  return {
    ...service,
    tick,
    /** All incidents, oldest first. */
    incidents,
    /** The only incident that there is. */
    one: async (): Promise<Incident> => {
      const all = await incidents()
      if (all.length !== 1)
        throw new Error(`there are ${all.length} incidents: ${all.map(({ title }) => title).join('; ')}`)
      return all[0]!
    },
    /** What the checks say from now on. */
    become: async (said: Readonly<Record<string, Verdict>>, replicas = 1) => {
      for (const [id, verdict] of Object.entries(said)) verdicts.set(id, { verdict, sinceMs: clock.now() })
      await measure()
      await tick(1_000, replicas)
    },
    /** The checks of these components say nothing any more. */
    fallSilent: (...ids: readonly string[]) => ids.forEach((id) => verdicts.delete(id)),
    usePolicies: (...next: readonly PolicyInput[]) => void (configured = configure(next)),
    metric: async (name: string) => registry.getSingleMetricAsString(name),
    close: async () => {
      for (const keeper of keepers) await keeper.stop()
      await service.close()
    },
  }
}

export type PolicyHarness = Awaited<ReturnType<typeof policyHarness>>
