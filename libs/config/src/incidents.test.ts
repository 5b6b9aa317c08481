import { configSchema, renderTemplate, type ConfigInput } from './index.ts'

type Policy = NonNullable<NonNullable<ConfigInput['incidents']>['policies']>[number]

const components = [{ id: 'web', name: 'Web' }]

function problemsOf(...policies: readonly Policy[]): string[] {
  const result = configSchema.safeParse({ components, incidents: { policies } })
  return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

test('without a section, critical components in outage open incidents whose words are drafts', () => {
  const { policies } = configSchema.parse({}).incidents
  expect(policies).toMatchObject([
    {
      ...{ name: 'outage', when: ['outage'], critical: true, for: 0, alerts: ['critical'], severity: 'SEV-2' },
      ...{ visibility: 'public', publish: 'draft', resolveAfter: 600_000 },
    },
  ])
  expect(policies[0]!.body).toContain('Estimated resolution time: not known yet.')
  expect(configSchema.parse({ incidents: {} }).incidents.policies).toEqual(policies)
  expect(configSchema.parse({ incidents: { policies: [] } }).incidents.policies).toEqual([])
})

test('a policy that says only its name is about every component that is out or partly out', () => {
  expect(configSchema.parse({ incidents: { policies: [{ name: 'any' }] } }).incidents.policies[0]).toMatchObject({
    when: ['outage', 'partial_outage'],
    publish: 'draft',
  })
})

test.each<[string, Partial<Policy>, string]>([
  ['title', { title: '{{component}} is down' }, 'there is no variable {{component}}; there are {{components}}'],
  ['body', { body: 'Down since {{ since }}.' }, 'there is no variable {{since}}'],
  ['recovered', { recovered: '{{#if}}' }, 'has {{ or }} that belongs to no variable'],
  ['resolved', { resolved: 'After {{quiet}' }, 'has {{ or }} that belongs to no variable'],
  ['relapsed', { relapsed: ' ' }, 'must not be blank'],
])('words with a mistake are refused, naming where it is: %s', (field, words, problem) => {
  const [found, ...more] = problemsOf({ name: 'a', ...words })
  expect(found).toMatch(new RegExp(`^incidents\\.policies\\.0\\.${field}: `))
  expect(found).toContain(problem)
  expect(more).toEqual([])
})

test.each<[Partial<Policy>, string]>([
  [{ when: [] }, 'incidents.policies.0.when: '],
  [{ when: ['unknown' as 'outage'] }, 'incidents.policies.0.when.0: '],
  [{ for: '25h' }, 'incidents.policies.0.for: must be at most 24h'],
  [{ resolveAfter: '8d' }, 'incidents.policies.0.resolveAfter: must be at most 7d'],
  [{ name: 'Big outage' }, 'incidents.policies.0.name: must be 1 to 63'],
  [{ title: 'a\nb' }, 'incidents.policies.0.title: must not contain control characters'],
  [{ components: ['web', 'wbe'] }, 'incidents.policies.0.components.1: there is no component wbe'],
])('a policy with %j is refused', (more, problem) => {
  expect(problemsOf({ name: 'a', ...more })).toEqual([expect.stringContaining(problem)])
})

test('two policies have two names', () => {
  expect(problemsOf({ name: 'a' }, { name: 'b' }, { name: 'a' })).toEqual([
    'incidents.policies.2.name: the name a is taken by an earlier policy',
  ])
})

test('a template is filled in with values as they are, once', () => {
  expect(renderTemplate('{{a}} and {{ b }}: {{a}}', { a: '{{b}} $&', b: 'x' })).toBe('{{b}} $& and x: {{b}} $&')
})
