import { configSchema, type ConfigInput, type IncidentPolicy } from '@akashic/config'
import { editUpdate } from '../incident/edit-update.ts'
import { anIncidentComponent as aMember, operator } from '../incident/incident-harness.ts'
import { aComponent, minute } from '../service-harness.ts'
import { policyHarness, type PolicyHarness } from './policy-harness.ts'
import { bodyOf, titleOf, type Told } from './words.ts'

type PolicyInput = NonNullable<NonNullable<ConfigInput['incidents']>['policies']>[number]

const aPolicy = (more: Partial<PolicyInput> = {}): IncidentPolicy => {
  const incidents = { policies: [{ name: 'any', ...more }] }
  return configSchema.parse({ components: [aComponent('web')], incidents }).incidents.policies[0]!
}
const told = (...components: Told['components']): Told => ({
  severity: 2,
  startedAtMs: Date.parse('2026-03-01T09:05:30Z'),
  components,
})

describe('the words of a policy', () => {
  test('say what it is about in all its variables', () => {
    const words = '{{components}} | {{ status }} | {{severity}} | {{interval}} | {{started}} | {{quiet}}'
    const policy = aPolicy({ title: words, body: words, resolveAfter: '90s' })
    const incident = told(aMember('web', { critical: true }))
    const said = 'The web | outage | SEV-2 | 15 minutes | 2026-03-01 09:05 UTC | 90 seconds'
    expect(titleOf(policy, incident)).toBe(said)
    expect(bodyOf(policy, 'body', incident)).toBe(said)
  })

  test('name the root first, and no more than five', () => {
    const members = ['f', 'e', 'd', 'c', 'b', 'a'].map((id) => aMember(id, { name: id.toUpperCase() }))
    const root = aMember('z', { name: 'Z', isRoot: true })
    expect(titleOf(aPolicy({ title: '{{components}}' }), told(...members, root))).toBe('Z, A, B, C, D and 2 more')
  })

  test('name no internal component, and do not say how bad it is', () => {
    const vault = aMember('vault', { visibility: 'internal', isRoot: true, worstStatus: 'outage' })
    const web = aMember('web', { worstStatus: 'degraded' })
    expect(titleOf(aPolicy(), told(vault, web))).toBe('The web: degraded performance')
    expect(titleOf(aPolicy(), told(vault))).toBe('Internal components: outage')
    for (const words of ['body', 'recovered', 'resolved', 'relapsed'] as const) {
      expect(bodyOf(aPolicy(), words, told(vault, web))).toContain('The web')
      expect(bodyOf(aPolicy(), words, told(vault, web))).not.toContain('vault')
      expect(bodyOf(aPolicy(), words, told(vault))).not.toContain('vault')
    }
  })

  test('take a name for a name, neither for Markdown nor for a variable', () => {
    const incident = told(aMember('web', { name: '[Web](https://evil.example) *{{severity}}* <b>' }))
    expect(bodyOf(aPolicy({ body: '{{components}}' }), 'body', incident)).toBe(
      '\\[Web\\](https://evil.example) \\*{{severity}}\\* \\<b\\>',
    )
  })

  test('name only what is not well, and all once it is over', () => {
    const incident = told(aMember('web', { recoveredAtMs: 1 }), aMember('mail'))
    const policy = aPolicy(Object.fromEntries(['body', 'relapsed', 'recovered'].map((key) => [key, '{{components}}'])))
    expect(bodyOf(policy, 'relapsed', incident)).toBe('The mail')
    expect(bodyOf(policy, 'recovered', incident)).toBe('The mail and The web')
  })

  test('are cut where a title or a body may be no longer', () => {
    const name = 'x'.repeat(120)
    const incident = told(...['a', 'b', 'c'].map((id) => aMember(id, { name })))
    expect(titleOf(aPolicy(), incident)).toHaveLength(200)
    const body = bodyOf(aPolicy({ body: '{{components}}'.repeat(300) }), 'body', incident)
    expect(body).toHaveLength(20_000)
    expect(body.endsWith('…')).toBe(true)
  })
})

describe('through an incident', () => {
  let service: PolicyHarness
  afterEach(() => service.close())

  async function live(publish: IncidentPolicy['publish']): Promise<void> {
    service = await policyHarness([aComponent('web')], { name: 'any', publish })
    await service.become({ web: 'outage' })
    await service.become({ web: 'operational' })
    await service.become({ web: 'outage' })
    await service.become({ web: 'operational' })
    await service.tick(10 * minute)
  }

  test.each([
    ['never', []],
    ['draft', ['withdrawn', 'withdrawn', 'withdrawn', 'withdrawn', 'draft']],
    ['auto', ['published', 'published', 'published', 'published', 'published']],
  ] as const)(
    'with publish: %s it moves to its end, and of drafts that nobody touched only the latest is left',
    async (publish, states) => {
      await live(publish)
      const { status, updates, firstPublishedAtMs } = await service.one()
      expect(status).toBe('resolved')
      expect(updates.map(({ state }) => state)).toEqual(states)
      expect(firstPublishedAtMs === null).toBe(publish !== 'auto')
    },
  )

  test('what a person made of a draft stays when it recovers and comes back', async () => {
    service = await policyHarness([aComponent('web')], { name: 'any' })
    await service.become({ web: 'outage' })
    const { id, updates } = await service.one()
    await editUpdate(service, operator, { id, version: null, updateId: updates[0]!.id, body: 'Sorry!' })
    await service.become({ web: 'operational' })
    await service.become({ web: 'outage' })
    const incident = await service.one()
    expect(incident.updates.map(({ status }) => status)).toEqual(['investigating', 'monitoring', 'investigating'])
    expect(incident.updates[0]!.body).toBe('Sorry!')
  })
})
