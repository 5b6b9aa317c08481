import { ruleHarness, type RuleHarness } from '../alert-rule/rule-harness.ts'
import { aComponent, anActor, minute } from '../service-harness.ts'
import { measureChecks } from './measure-checks.ts'

let service: RuleHarness
beforeAll(async () => {
  service = await ruleHarness([aComponent('web'), aComponent('shop')])
}, 60_000)
afterAll(() => service.close())

const measure = (fromMs: number, toMs: number, componentIds = ['web', 'shop', 'nobody'], actor = anActor('viewer')) =>
  measureChecks(service, actor.principal, { componentIds, fromMs, toMs })

test('percentiles are those of the runs themselves, and only of the time that is asked for', async () => {
  const fromMs = service.clock.now()
  for (let ms = 1; ms <= 100; ms++) {
    await service.ran('web', ms > 98 ? 'outage' : 'operational', ms * 10)
    service.clock.advance(1_000)
  }
  await service.ran('web', 'unknown')
  service.clock.advance(1_000)
  await service.ran('web', 'outage')
  const toMs = service.clock.now()
  await service.ran('shop', 'operational', 7)
  expect(await measure(fromMs, toMs)).toEqual([
    {
      ...{ componentId: 'web', runs: 101, measured: 100, failed: 2, timed: 100 },
      ...{ p50Ms: 500, p95Ms: 950, p99Ms: 990, meanMs: 505, maxMs: 1_000 },
    },
  ])
  const [last] = await measure(toMs, toMs + 1, ['web'])
  expect(last).toMatchObject({ runs: 1, failed: 1, timed: 0, p95Ms: null, meanMs: null, maxMs: null })
})

test('who may not see a component is not told of it', async () => {
  const toMs = service.clock.now() + 1
  const scoped = anActor('viewer', { scope: ['shop'] })
  expect((await measure(toMs - minute, toMs, ['web', 'shop'], scoped)).map(({ componentId }) => componentId)).toEqual([
    'shop',
  ])
})

test.each([
  ['no time at all', 5, 5],
  ['a time that ends before it begins', 5, 4],
  ['more than a day', 0, 86_400_001],
  ['no number', Number.NaN, 5],
])('%s is refused', async (_, fromMs, toMs) => {
  await expect(measure(fromMs, toMs)).rejects.toMatchObject({ code: 'invalid_argument' })
})

test('more than 200 components at once are refused', async () => {
  const ids = Array.from({ length: 201 }, (__, at) => `c${at}`)
  await expect(measure(0, 5, ids)).rejects.toMatchObject({ code: 'invalid_argument' })
})
