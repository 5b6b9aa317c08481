import { configSchema } from '@akashic/config'
import { Registry } from 'prom-client'
import { followComponents } from '../incident/follow-components.ts'
import { aComponent, aVerdict, minute } from '../service-harness.ts'
import type { Verdict } from '../status/check-verdict.ts'
import { createPolicyKeeper } from './keep-policies.ts'
import { policyHarness, type PolicyHarness } from './policy-harness.ts'
import { createPolicyMetrics } from './policy-metrics.ts'

const components = [aComponent('web', { critical: true }), aComponent('mail', { critical: true })]

let service: PolicyHarness
beforeEach(async () => {
  service = await policyHarness(components)
  await service.become({ web: 'operational', mail: 'operational' })
})
afterEach(() => service.close())

/** All checks say so, and the board shows it. */
async function become(verdict: Verdict): Promise<void> {
  await service.apply(...components.map(({ id }) => aVerdict(id, verdict, service.clock.now())))
  service.clock.advance(1_000)
}

/** A replica whose events cannot be written as often as `failures` says. */
function brokenReplica(failures: number) {
  let left = failures
  const outbox: typeof service.outbox = {
    add: async (tx, added) => {
      if (left-- > 0) throw new Error('the outbox is broken')
      await service.outbox.add(tx, added)
    },
  }
  const metrics = createPolicyMetrics(new Registry())
  const { policies } = configSchema.parse({ components }).incidents
  const keeper = createPolicyKeeper({ ...service, outbox, metrics, policies: () => policies })
  return async () => keeper.tick(service.clock.now(), await followComponents(service, keeper.reaction))
}

test('a tick that fails leaves nothing half done, and the next one opens the incident', async () => {
  const tick = brokenReplica(4)
  await become('outage')
  for (let failed = 0; failed < 2; failed++) {
    await tick()
    expect(await service.incidents()).toEqual([])
    expect(await service.actions()).toEqual([])
  }
  await tick()
  expect((await service.incidents()).map(({ title }) => title)).toEqual(['The web: outage', 'The mail: outage'])
  await tick()
  expect(await service.incidents()).toHaveLength(2)
})

test('a policy that cannot be carried out holds up no other', async () => {
  const tick = brokenReplica(1)
  await become('outage')
  await tick()
  expect((await service.incidents()).map(({ title }) => title)).toEqual(['The mail: outage'])
  await tick()
  expect(await service.incidents()).toHaveLength(2)
})

test('an alert that a failing tick has read is not lost', async () => {
  const tick = brokenReplica(1)
  await service.raise({ source: 'alertmanager', componentId: 'web' })
  await tick()
  await tick()
  const { id } = await service.one()
  expect((await service.list()).alerts).toMatchObject([{ incident: { id } }])
})

test('an incident that could not be resolved is resolved by the next tick', async () => {
  await service.become({ web: 'outage' })
  await service.become({ web: 'operational' })
  service.clock.advance(11 * minute)
  await become('operational')
  const tick = brokenReplica(1)
  await tick()
  expect((await service.one()).status).toBe('monitoring')
  await tick()
  expect((await service.one()).status).toBe('resolved')
})

test('while one replica fails, the other opens the incident', async () => {
  const tick = brokenReplica(2)
  await become('outage')
  await tick()
  await service.become({ web: 'outage', mail: 'outage' })
  expect(await service.incidents()).toHaveLength(2)
  await tick()
  expect(await service.incidents()).toHaveLength(2)
})

test('alerts that a failing tick did not come to are dealt with by the next one', async () => {
  await service.raise({ componentId: 'web' })
  await service.tick()
  await service.raise({ status: 'resolved' })
  await service.raise({ componentId: 'mail', fingerprint: 'mail-errors' })
  const tick = brokenReplica(1)
  await tick()
  await tick()
  expect(await service.incidents()).toMatchObject([
    { status: 'monitoring', components: [{ id: 'web' }] },
    { status: 'investigating', components: [{ id: 'mail' }] },
  ])
})
